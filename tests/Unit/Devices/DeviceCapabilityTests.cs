using System.Text;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Tests.Support;

namespace EspProv.Tests.Devices;

public class DeviceCapabilityTests
{
    [Fact]
    public void A_pretty_printed_reply_is_read()
    {
        DeviceCapability capability = Parse(
            "{\n\t\"prov\":\t{\n\t\t\"ver\":\t\"v1.1\",\n\t\t\"sec_ver\":\t2,\n\t\t\"sec_patch_ver\":\t1,\n\t\t\"cap\":\t[\"wifi_scan\", \"no_pop\"]\n\t}\n}");
        Assert.Equal(("v1.1", SecurityVersion.Security2, 1), (capability.Version, capability.SecurityVersion, capability.SecurityPatchVersion));
        Assert.Equal(["wifi_scan", "no_pop"], capability.Capabilities);
        Assert.True(capability.Has("no_pop"));
        Assert.False(capability.Has("NO_POP"));
        Assert.True(capability.IsStructured);
        Assert.Empty(capability.Application);
    }

    [Theory]
    [Trait("Category", "Vectors")]
    [MemberData(nameof(Vectors.TranscriptNames), MemberType = typeof(Vectors))]
    public void Every_recorded_reply_says_the_scheme_that_the_device_was_built_with(string name)
    {
        Transcript transcript = Vectors.Transcript(name);
        foreach (TranscriptExchange exchange in transcript.ExchangesWith("proto-ver"))
        {
            var capability = DeviceCapability.Parse(exchange.ResponseHex);
            Assert.Equal(transcript.Kind == "wifi" ? "v1.1" : "netprov-v1.2", capability.Version);
            Assert.True(capability.Has("wifi_scan"));
            if (capability.SecurityVersion is { } version)
                Assert.Equal(transcript.Device.Ready.Sec, (int)version);
        }
    }

    [Theory]
    [InlineData("V0.1")]
    [InlineData("SUCCESS")]
    [InlineData("v1.1-rc_2+build")]
    public void A_bare_string_is_the_version_of_very_old_firmware(string reply)
    {
        foreach (string sent in new[] { reply, reply + "\0", reply + "\r\n" })
        {
            DeviceCapability capability = Parse(sent);
            Assert.Equal((reply, null, null, false), (capability.Version, capability.SecurityVersion, capability.SecurityPatchVersion, capability.IsStructured));
            Assert.Empty(capability.Capabilities);
        }
    }

    [Fact]
    public void What_the_application_adds_is_kept()
    {
        DeviceCapability capability = Parse("""{"lamp":{"ver":"2", "cap":["dim"]},"prov":{"ver":"v1.1","new":[1]},"serial":17}""");
        Assert.Equal("""{"ver":"2", "cap":["dim"]}""", capability.Application["lamp"]);
        Assert.Equal("17", capability.Application["serial"]);
        Assert.Equal(2, capability.Application.Count);
    }

    [Theory]
    [InlineData("""{"prov":{}}""", null, null, 0)]
    [InlineData("""{"prov":{"ver":1.1,"sec_ver":"2","sec_patch_ver":"1","cap":"wifi_scan"}}""", 2, 1, 1)]
    [InlineData("""{"prov":{"cap":{"wifi_scan":1}}}""", null, null, 0)]
    [InlineData("""{"prov":{"cap":["a",2,null,["b"]]}}""", null, null, 2)]
    [InlineData("""{"prov":{"sec_ver":255,"sec_patch_ver":0}}""", 255, 0, 0)]
    [InlineData("""{"prov":{"sec_ver":0,"sec_ver":1,"sec_patch_ver":-1,"sec_patch_ver":1}}""", 1, 1, 0)]
    [InlineData("""{"prov":{"sec_ver":7}}""", 7, null, 0)]
    public void Odd_types_are_taken_for_what_they_plainly_mean_and_the_last_of_a_key(
        string reply, int? version, int? patch, int capabilities)
    {
        DeviceCapability capability = Parse(reply);
        Assert.Equal((version, patch), ((int?)capability.SecurityVersion, capability.SecurityPatchVersion));
        Assert.Equal(capabilities, capability.Capabilities.Count);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("256")]
    [InlineData("99999999999")]
    [InlineData("1.5")]
    [InlineData("1e300")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("\"\"")]
    [InlineData("\"-1\"")]
    [InlineData("\" 1\"")]
    [InlineData("\"one\"")]
    public void A_scheme_or_patch_level_that_is_no_small_number_is_malformed(string value)
    {
        foreach (string field in new[] { "sec_ver", "sec_patch_ver" })
        {
            ProvisioningException error = Assert.Throws<ProvisioningException>(() => Parse($$$"""{"prov":{"ver":"v1.1","{{{field}}}":{{{value}}}}}"""));
            Assert.Equal((ProvisioningErrorReason.MalformedResponse, "proto-ver"), (error.Reason, error.Endpoint));
            Assert.Contains(field, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("<html><body>router</body></html>")]
    [InlineData("two words")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"prov":"v1.1"}""")]
    [InlineData("""{"prov":{"ver":"\ud800"}}""")]
    [InlineData("""{"\ud800":1,"prov":{}}""")]
    [InlineData("[1]")]
    [InlineData("""{"prov":{}} trailing""")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Anything_else_is_no_provisioning_device(string reply) => AssertRefused(Encoding.UTF8.GetBytes(reply));

    [Fact]
    public void Bytes_that_are_no_text_and_replies_without_end_are_no_provisioning_device()
    {
        AssertRefused([0xff, 0xfe, 0x00, 0x80]);
        AssertRefused(Encoding.UTF8.GetBytes($$$"""{"prov":{},"pad":"{{{new string('x', 20_000)}}}"}"""));
        AssertRefused(Encoding.UTF8.GetBytes("{\"prov\":{},\"deep\":" + new string('[', 100) + new string(']', 100) + "}"));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        var random = new Random(2);
        byte[] good = """{"prov":{"ver":"v1.1","sec_ver":1,"sec_patch_ver":0,"cap":["wifi_scan"]}}"""u8.ToArray();
        for (int i = 0; i < 2000; i++)
        {
            byte[] reply = [.. good];
            for (int change = 0; change < 3; change++)
                reply[random.Next(reply.Length)] = (byte)random.Next(256);
            try
            {
                DeviceCapability.Parse(reply);
            }
            catch (ProvisioningException exception)
            {
                Assert.Contains(
                    exception.Reason, new[] { ProvisioningErrorReason.NotAProvisioningDevice, ProvisioningErrorReason.MalformedResponse });
            }
        }
    }

    private static DeviceCapability Parse(string reply) => DeviceCapability.Parse(Encoding.UTF8.GetBytes(reply));

    private static void AssertRefused(byte[] reply)
    {
        ProvisioningException error = Assert.Throws<ProvisioningException>(() => DeviceCapability.Parse(reply));
        Assert.Equal(ProvisioningErrorReason.NotAProvisioningDevice, error.Reason);
    }
}
