using EspProv.Board.Log;
using EspProv.Board.Partitions;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Tests.Board.Log;

/// <summary>Each message of ESP-IDF, of its provisioning components and of their examples that is an event, as printed.</summary>
public class BoardEventTests
{
    [Theory]

    // ROMs: ESP32; S2, S3, C3 and later; reset and boot mode.
    [InlineData("rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)", "Reset: POWERON_RESET, SPI_FAST_FLASH_BOOT")]
    [InlineData("rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)", "Reset: SW_CPU_RESET, SPI_FAST_FLASH_BOOT")]
    [InlineData("rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)", "Reset: POWERON, SPI_FAST_FLASH_BOOT")]
    [InlineData("rst:0x15 (USB_UART_CHIP_RESET),boot:0x8 (SPI_FAST_FLASH_BOOT)", "Reset: USB_UART_CHIP_RESET, SPI_FAST_FLASH_BOOT")]
    [InlineData("rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))", "Reset: POWERON_RESET, DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2)")]

    // The panic handler.
    [InlineData("Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.", "Panic: LoadProhibited")]
    [InlineData("Guru Meditation Error: Core  1 panic'ed (Interrupt wdt timeout on CPU1). ", "Panic: Interrupt wdt timeout on CPU1")]
    [InlineData("Guru Meditation Error: Core 0 panic'ed (Load access fault). Exception was unhandled.", "Panic: Load access fault")]
    [InlineData("abort() was called at PC 0x400d6b2f on core 0", "Panic: abort()")]
    [InlineData("assert failed: xQueueSemaphoreTake queue.c:1709 (( pxQueue ))", "Panic: assert failed: xQueueSemaphoreTake queue.c:1709 (( pxQueue ))")]
    [InlineData("***ERROR*** A stack overflow in task main has been detected.", "Panic: stack overflow in task main")]
    [InlineData("Brownout detector was triggered", "Panic: brownout")]
    [InlineData("E (2013) BOD: Brownout detector was triggered", "Panic: brownout")]

    // wifi_prov_mgr of ESP-IDF 4.4 and 5.x, network_prov_mgr of 6.x.
    [InlineData("I (1045) wifi_prov_mgr: Provisioning started with service name : PROV_261FCC ", "ProvisioningStarted: PROV_261FCC")]
    [InlineData("I (1045) network_prov_mgr: Provisioning started with service name : PROV_261FCC ", "ProvisioningStarted: PROV_261FCC")]
    [InlineData("I (1045) network_prov_mgr: Provisioning started with service name : <NULL> ", "ProvisioningStarted: <NULL>")]
    [InlineData("E (20) wifi_prov_mgr: Disconnect reason : 201", "Disconnected: NO_AP_FOUND (201)")]
    [InlineData("E (20) network_prov_mgr: Disconnect reason : 15", "Disconnected: 4WAY_HANDSHAKE_TIMEOUT (15)")]
    [InlineData("E (20) network_prov_mgr: Disconnect reason : 99", "Disconnected: reason (99)")]
    [InlineData("I (20) network_prov_mgr: Provisioning stopped", "ProvisioningStopped")]
    [InlineData("I (20) network_prov_mgr: Thread attached", "ThreadAttached")]

    // The schemes and transports.
    [InlineData("I (20) network_prov_scheme_ble: BTDM memory released", "Transport: Ble")]
    [InlineData("I (20) wifi_prov_scheme_ble: BT memory released", "Transport: Ble")]
    [InlineData("I (20) protocomm_nimble: BLE Host Task Started", "Transport: Ble")]
    [InlineData("W (20) network_prov_scheme_softap: Error occurred while stopping protocomm_httpd", "Transport: SoftAP")]
    [InlineData("E (20) protocomm_console: x", "Transport: Serial")]
    [InlineData("I (20) app: BLE transport: Connected!", "Transport: Ble connected")]
    [InlineData("I (20) app: BLE transport: Disconnected!", "Transport: Ble disconnected")]
    [InlineData("I (20) app: SoftAP transport: Connected!", "Transport: SoftAP connected")]
    [InlineData("I (20) app: SoftAP transport: Disconnected!", "Transport: SoftAP disconnected")]

    // The schemes of security.
    [InlineData("D (20) security0: Request to handle setup0_command", "Security: Security0")]
    [InlineData("E (20) security1: Key mismatch. Close connection", "Security: Security1")]
    [InlineData("I (20) security2: Using salt and verifier to generate public key...", "Security: Security2")]
    [InlineData("I (20) app: Development mode: using hard coded salt", "Security: Security2")]
    [InlineData("I (20) app: Secured session established!", "SessionEstablished")]
    [InlineData("E (20) app: Received invalid security parameters for establishing secure session!", "SessionRefused: invalid security parameters")]
    [InlineData("E (20) app: Received incorrect username and/or PoP for establishing secure session!", "SessionRefused: incorrect username or proof of possession")]

    // The examples: Wi-Fi of 4.4 to 6.x, and Thread.
    [InlineData("I (20) app: Already provisioned, starting Wi-Fi STA", "AlreadyProvisioned")]
    [InlineData("I (20) app: Already provisioned, enabling netif and starting Thread", "AlreadyProvisioned")]
    [InlineData("I (20) app: Received Wi-Fi credentials\n\tSSID     : MyHome\n\tPassword : mypassword", "CredentialsReceived: MyHome")]
    [InlineData("E (20) app: Provisioning failed!\n\tReason : Wi-Fi station authentication failed\n\tPlease reset to factory and retry provisioning", "ProvisioningFailed: Wi-Fi station authentication failed")]
    [InlineData("E (20) app: Provisioning failed!\n\tReason : Thread network not found\n\tPlease reset to factory and retry provisioning", "ProvisioningFailed: Thread network not found")]
    [InlineData("E (20) app: Provisioning failed!\nI (21) app: x", "ProvisioningFailed")]
    [InlineData("E (20) app: Provisioning failed!", "ProvisioningFailed")]
    [InlineData("I (20) app: Provisioning successful", "ProvisioningSucceeded")]
    [InlineData("I (20) app: Connected with IP Address:192.168.1.23", "AddressAssigned: 192.168.1.23")]
    [InlineData("I (20) app: Connected with IP Address: 192.168.1.23", "AddressAssigned: 192.168.1.23")]
    [InlineData("I (20) esp_netif_handlers: sta ip: 192.168.1.23, mask: 255.255.255.0, gw: 192.168.1.1", "AddressAssigned: 192.168.1.23")]

    // Messages without an event.
    [InlineData("I (20) network_prov_mgr: STA Got IP", "")]
    [InlineData("I (20) app: Hello World!", "")]
    [InlineData("I (20) app: Disconnected. Connecting to the AP again...", "")]
    [InlineData("Already provisioned", "")]
    [InlineData("I (20) esp_netif_handlers: sta ip: 999.1.1.1, mask", "")]
    [InlineData("I (20) app: Disconnect reason : 123456", "")]
    public void A_message_of_the_vendor_is_an_event(string log, string events)
    {
        Assert.Equal(events, LogReader.Events(log + "\n"));
        Assert.Equal(events, LogReader.Events($"\e[0;32m{log}\e[0m\r\n"));
    }

    [Theory]
    [InlineData("I (10) boot: ## Label            Usage          Type ST Offset   Length")]
    [InlineData("I (12:34:56.789) boot: ## Label            Usage          Type ST Offset   Length")]
    public void The_bootloaders_table_is_one_event(string heading)
    {
        string log = $"""
            I (66) boot: Partition Table:
            {heading}
            D (121) boot: load partition table entry 0x3c00f000
            I (73) boot:  0 nvs              WiFi data        01 02 00009000 00006000
            I (80) boot:  1 phy_init         RF data          01 01 0000f000 00001000
            I (88) boot:  2 factory          factory app      00 00 00010000 00100000
            I (89) boot:  3 storage data     Unknown data     01 82 00110000 00100000
            I (95) boot: End of partition table

            """;
        BoardPartitionTableEvent table = Assert.IsType<BoardPartitionTableEvent>(Assert.Single(LogReader.Read(log).OfType<BoardEvent>()));
        Assert.Equal(["nvs 0x9000 0x6000", "phy_init 0xf000 0x1000", "factory 0x10000 0x100000", "storage data 0x110000 0x100000"], table.Partitions.Select(entry => entry.ToString()));
        BoardPartition nvs = Assert.Single(table.Partitions, entry => entry.IsNvs);
        Assert.Equal((1, 2, 0x9000u, 0x6000u), (nvs.Type, nvs.SubType, nvs.Offset, nvs.Size));
    }

    [Fact]
    public void A_table_without_end_is_bounded_and_no_event()
    {
        string log = "I (66) boot: Partition Table:\n" + string.Concat(Enumerable.Repeat("I (73) boot:  0 nvs              WiFi data        01 02 00009000 00006000\n", 10_000));
        Assert.Empty(LogReader.Events(log));
        Assert.Equal(128, Assert.IsType<BoardPartitionTableEvent>(LogReader.Read(log + "I (95) boot: End of partition table\n").Last()).Partitions.Count);
    }

    [Theory]
    [InlineData("""{"ver":"v1","name":"PROV_261FCC","pop":"abcd1234","transport":"ble"}""", ProvisioningTransport.Ble, null)]
    [InlineData("""{"ver":"v1","name":"PROV_261FCC","username":"wifiprov","pop":"abcd1234","transport":"softap"}""", ProvisioningTransport.SoftAP, SecurityVersion.Security2)]
    [InlineData("""{"ver":"v1","name":"PROV_261FCC","transport":"ble","network":"wifi"}""", ProvisioningTransport.Ble, null)]
    public void The_qr_code_is_an_event_with_its_payload(string payload, ProvisioningTransport transport, SecurityVersion? version)
    {
        string log = "I (20) app: If QR code is not visible, copy paste the below URL in a browser.\nhttps://espressif.github.io/esp-jumpstart/qrcode.html?data=" + payload + "\n";
        List<BoardLogEntry> entries = LogReader.Read(log);
        BoardQrCodeEvent code = Assert.IsType<BoardQrCodeEvent>(Assert.Single(entries.OfType<BoardEvent>()));
        Assert.Equal(("PROV_261FCC", transport, version), (code.Payload.Name, code.Payload.Transport, code.Payload.ExpectedSecurityVersion));
        Assert.Equal(payload.Contains("pop", StringComparison.Ordinal), code.Payload.ProofOfPossession is not null);
        Assert.DoesNotContain("abcd1234", LogReader.Shown(entries), StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_that_is_printed_twice_is_one_event_until_the_chip_starts_again()
    {
        const string Code = """I (20) app: {"ver":"v1","name":"P","pop":"abcd1234","transport":"ble"}""" + "\n";
        Assert.Equal("QrCode: P (Ble)", LogReader.Events(Code + Code));
        Assert.Equal("QrCode: P (Ble)\nReset: POWERON, SPI\nQrCode: P (Ble)", LogReader.Events(Code + "rst:0x1 (POWERON),boot:0xc (SPI)\n" + Code));
    }

    [Fact]
    public void An_address_is_one_event_until_the_connection_is_lost()
    {
        const string Netif = "I (1) esp_netif_handlers: sta ip: 10.0.0.2, mask: 255.0.0.0, gw: 10.0.0.1\n";
        Assert.Equal(
            "AddressAssigned: 10.0.0.2\nDisconnected: ASSOC_LEAVE (8)\nAddressAssigned: 10.0.0.2",
            LogReader.Events(Netif + "I (1) app: Connected with IP Address:10.0.0.2\nE (2) network_prov_mgr: Disconnect reason : 8\n" + Netif));
    }

    [Fact]
    public void An_event_has_the_time_of_its_message_until_the_chip_starts_again() => Assert.Equal(
        [20L, null, 5L],
        LogReader.Read("I (20) app: Received Wi-Fi credentials\n\tSSID     : N\nrst:0x1 (POWERON),boot:0xc (SPI)\nload:0x3fff0030\nI (5) app: Already provisioned\n")
            .OfType<BoardEvent>().Select(entry => entry.Milliseconds));

    [Fact]
    public void What_a_device_says_of_itself_is_text_to_show()
    {
        string events = LogReader.Events("I (1) network_prov_mgr: Provisioning started with service name : A\u202eB \nI (1) app: Received Wi-Fi credentials\n\tSSID     : N\u0085\u200bT\n");
        Assert.True(events.Split('\n').All(UntrustedText.IsSafe), events);
        Assert.Equal(2, events.Split('\n').Length);
    }
}
