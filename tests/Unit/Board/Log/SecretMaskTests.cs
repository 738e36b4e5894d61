using System.Text;
using EspProv.Board.Log;

namespace EspProv.Tests.Board.Log;

/// <summary>Stock firmware prints secrets. None is shown, whatever the message, the chunks and the noise.</summary>
public class SecretMaskTests
{
    private const string Canary = "C4n4ry_K3y!";

    /// <summary>Messages of the vendor, and of firmware based on its examples.</summary>
    public static TheoryData<string> Messages =>
    [
        // ESP-IDF 4.4 to 6.x and idf-extra-components.
        "I (1) app: Received Wi-Fi credentials\n\tSSID     : MyHome\n\tPassword : %s",
        "D (1) wifi_prov_mgr: Received Wi-Fi Password : %s",
        "D (1) network_prov_mgr: Found Wi-Fi Password : %s",
        "D (1) network_prov_mgr: Thread Network Key: %s",
        "I (1) app_prov_handler: WiFi Credentials Received : \n\tssid MyHome \n\tpassword %s",
        "I (1) app: Received data: %s",
        "I (1) wifi softAP: wifi_init_softap finished. SSID:myssid password:%s channel:1",
        "I (1) wifi station: connected to ap SSID:myssid password:%s",
        "I (1) wifi station: Failed to connect to SSID:myssid, password:%s",
        """I (1) app: {"ver":"v1","name":"P","pop":"%s","transport":"ble"}""",
        """I (1) app: {"ver":"v1","name":"P","username":"u","pop":"%s","transport":"softap","password":"%s"}""",
        """https://espressif.github.io/esp-jumpstart/qrcode.html?data={"ver":"v1","name":"P","pop":"%s","transport":"ble"}""",
        """https://espressif.github.io/esp-jumpstart/qrcode.html?data={"ver":"v1","name":"P","pop":"%s""",
        """{"ver":"v1","name":"P","pop":"%s","transp""",
        """{"ver":"v1","name":"P","other":"%s","transport":"ble"}""",

        // Arduino's core and sketches.
        "[I][WiFiProv.cpp:117] beginProvision(): Starting AP using SOFTAP\n service_name : PROV_XXX\n password : %s\n pop : %s",
        "\nReceived Wi-Fi credentials\n\tSSID : MyHome\n\tPassword : %s",
        "\nProvisioning Started with name \"PROV\" and PoP \"%s\" on BLE",

        // Wordings of other firmware.
        "Password : %s", "password=%s", "I (1) x: pass: %s", "I (1) x: Passphrase = %s", "I (1) x: PSK: %s", "I (1) x: pwd=%s", "I (1) x: \"password\": \"%s\"",
        "I (1) x: PoP is \"%s\"", "I (1) x: using passphrase '%s' for net", "I (1) x: the psk \"%s\"",
        "I (1) x: passkey : %s", "I (1) x: proof of possession: %s", "I (1) x: token: %s", "I (1) x: network key: %s", "I (1) x: Password (8 letters): %s",
    ];

    [Theory]
    [InlineData("I (1) app: Received Wi-Fi credentials\n\tSSID     : MyHome\n\tPassword : %s")]
    [InlineData("I (1) wifi softAP: wifi_init_softap finished. SSID:myssid password:%s channel:1")]
    [InlineData("I (1) x: using passphrase '%s' for net")]
    public void A_secret_that_was_printed_with_its_name_is_one_on_later_lines_without_it(string message)
    {
        string log = message.Replace("%s", Canary, StringComparison.Ordinal)
            + $"\nI (2) app: trying {Canary} on channel 6\n{Canary}\nI (3) app: after\n";
        string shown = LogReader.Shown(LogReader.Read(log));
        Assert.DoesNotContain(Canary, shown, StringComparison.Ordinal);
        Assert.Contains("trying *** on channel 6", shown, StringComparison.Ordinal);
        Assert.Contains("after", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_that_firmware_printed_itself_hides_nothing_on_later_lines()
    {
        string log = "\tPassword : ********\nI (2) app: ******** ready ********\n";
        Assert.Contains("******** ready ********", LogReader.Shown(LogReader.Read(log)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_secret_never_comes_out(string message)
    {
        foreach (string secret in new[] { Canary, "pa: ss", "I (1) app: " + Canary, Canary + "\r" + Canary, Canary + "\n" + Canary + "\n" + Canary, " " + Canary, "***" + Canary })
        {
            foreach (string colour in new[] { "", "\e[0;32m" })
            {
                string log = $"I (0) app: before\n{colour}{message.Replace("%s", secret, StringComparison.Ordinal)}\e[0m\nI (2) app: after\n";
                foreach (int chunk in new[] { 1, 5, 4096 })
                {
                    List<BoardLogEntry> entries = LogReader.Read(Encoding.UTF8.GetBytes(log), chunk);
                    string shown = LogReader.Shown(entries);
                    Assert.DoesNotContain(Canary, shown, StringComparison.Ordinal);
                    Assert.DoesNotContain("pa: ss", shown, StringComparison.Ordinal);
                    Assert.Contains("I (2) app: after", shown, StringComparison.Ordinal);
                    Assert.Contains(entries, entry => entry is BoardLogLine { IsMasked: true });
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_secret_that_was_asked_for_is_in_the_line_alone(string message)
    {
        List<BoardLogEntry> entries = LogReader.Read(message.Replace("%s", Canary, StringComparison.Ordinal) + "\n", includeSecrets: true);
        Assert.Contains(entries, entry => entry is BoardLogLine line && line.Text.Contains(Canary, StringComparison.Ordinal));
        Assert.All(entries, entry => Assert.False(entry is BoardLogLine { IsMasked: true }));
        Assert.DoesNotContain(Canary, LogReader.Shown(entries.OfType<BoardEvent>()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("D (1) security1: Shared key:\nD (1) security1: 43 34 6e 34 72 79 00 01 02 03 04 05 06 07 08 09\nD (1) security1: 43 34")]
    [InlineData("D (1) security2: Session Key ->\nD (1) security2: 43 34 6e 34 72 79 00 01 02 03 04 05 06 07 08 09")]
    [InlineData("D (1) protocomm_nimble: 43 34 6e 34 72 79")]
    [InlineData("I (1) app: 0x3ffb4280   43 34 6e 34 72 79 5f 4b  33 79 21 00 01 02 03 04  |C4n4ry_K3y!.....|")]
    [InlineData("I (1) app: 0x3ffb4280   43 34 6e                                          |C4n|")]
    [InlineData(">> prov-config 12 0a1043346e347279")]
    [InlineData("prov-config 12 0a1043346e347279")]
    [InlineData("0a1043346e347279")]
    [InlineData("3fc8f020: 0x346e3443 0x00007972 0x00000000 0x00000000")]
    [InlineData("================= CORE DUMP START =================\nQzRuNHJ5\n================= CORE DUMP END ===================")]
    public void Memory_in_digits_is_masked(string dump)
    {
        string shown = LogReader.Shown(LogReader.Read(dump + "\nI (2) app: after\n"));
        Assert.DoesNotContain("43 34", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("43346e34", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("346e3443", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("QzRuNHJ5", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("C4n", shown, StringComparison.Ordinal);
        Assert.Contains("I (2) app: after", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_of_the_qr_code_is_masked() => Assert.Equal(
        "***", LogReader.Line("    \u2588\u2580\u2580\u2580\u2580\u2580\u2588 \u2584\u2580\u2588\u2584 \u2588\u2580\u2588").Text);

    [Theory]
    [InlineData("mypassword\nI (1) app: x\n")]
    [InlineData("ord : mypassword\n    SSID     : mypassword\nI (1) app: x\n")]
    [InlineData("mypassword\nmypassword\n")]
    [InlineData("mypassword pop: x\nI (1) app: x\n")]
    public void A_log_that_starts_within_a_line_does_not_show_its_rest(string log)
    {
        var parser = new BoardLogParser(startsInLine: true);
        string shown = LogReader.Shown(parser.Add(Encoding.UTF8.GetBytes(log)));
        Assert.DoesNotContain("mypassword", shown, StringComparison.Ordinal);
        Assert.Equal(log.Contains("app: x", StringComparison.Ordinal), shown.Contains("app: x", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ESP-ROM:esp32c3-api1-20210207")]
    [InlineData("rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)")]
    [InlineData("I (1) app: x")]
    public void A_first_line_that_is_known_is_shown(string line) =>
        Assert.Equal(line, Assert.Single(new BoardLogParser(startsInLine: true).Add(Encoding.UTF8.GetBytes(line + "\n")).OfType<BoardLogLine>()).ToString());

    [Theory]
    [InlineData("\tPa\u0001ssword : %s")]
    [InlineData("\tPasswo\u00ffrd : %s")]
    [InlineData("\tPssword : %s")]
    [InlineData("\tPassw\u001b[0mord : %s")]
    public void Noise_in_the_name_of_a_secret_does_not_unmask_it(string line)
    {
        string log = "I (1) app: Received Wi-Fi credentials\n\tSSID     : MyHome\n" + line.Replace("%s", Canary, StringComparison.Ordinal) + "\n";
        Assert.DoesNotContain(Canary, LogReader.Shown(LogReader.Read(Encoding.Latin1.GetBytes(log), 3)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\tSSID     : password : hello\n\tPassword : %s")]
    [InlineData("\tSSID     : {\"pop\":\n\tPassword : %s")]
    [InlineData("\tSSID     : MyHome\tPassword : %s")]
    [InlineData("\tssid MyHome \tpassword %s")]
    public void A_network_that_is_called_like_a_secret_does_not_unmask_it(string lines)
    {
        string log = "I (1) app: Received Wi-Fi credentials\n" + lines.Replace("%s", Canary, StringComparison.Ordinal) + "\n";
        Assert.DoesNotContain(Canary, LogReader.Shown(LogReader.Read(log)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("I (1) boot:  0 nvs              WiFi data        01 02 00009000 00006000")]
    [InlineData("Backtrace: 0x400d6b2f:0x3ffb5c10 0x400d6b2f:0x3ffb5c10")]
    [InlineData("I (1) app_init: ELF file SHA256:  0a1b2c3d4...")]
    [InlineData("E (1) security1: Key mismatch. Close connection")]
    [InlineData("D (1) network_prov_config: Received invalid Passphrase")]
    [InlineData("I (1) wifi:connected with MyHome, aid = 1, channel 6, BW20, bssid = 78:8a:20:84:19:96")]
    [InlineData("I (1) security2: Using salt and verifier to generate public key...")]
    public void What_is_no_secret_is_shown(string line)
    {
        BoardLogLine read = LogReader.Line(line);
        Assert.False(read.IsMasked);
        Assert.Equal(line, read.ToString().Replace("wifi: ", "wifi:", StringComparison.Ordinal));
    }

    [Fact]
    public void The_reason_right_after_a_password_is_shown() => Assert.Equal(
        "CredentialsReceived: MyHome\nProvisioningFailed: Wi-Fi station authentication failed",
        LogReader.Events("I (1) app: Received Wi-Fi credentials\n\tSSID     : MyHome\n\tPassword : abc\nE (2) app: Provisioning failed!\n\tReason : Wi-Fi station authentication failed\n"));
}
