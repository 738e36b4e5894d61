using EspProv.Devices;
using EspProv.Security;
using EspProv.Sessions;

namespace EspProv.Tests.Sessions;

/// <summary>Which scheme is chosen, and what is refused because the device's word alone would weaken it.</summary>
public class SecurityNegotiationTests
{
    [Theory]
    [InlineData(0, "", "pop", 0)]
    [InlineData(0, "no_sec", "login", 0)]
    [InlineData(1, "", "login", 1)]
    [InlineData(1, "no_pop", "login", 1)]
    [InlineData(null, "no_sec", "pop", 0)]
    [InlineData(null, "", "login", 1)]
    public void Secrets_of_a_stronger_scheme_refuse_a_weaker_one_even_when_clear_text_is_allowed_unless_it_is_named(
        int? offered, string capabilities, string secrets, int weaker)
    {
        DeviceCapability device = Device(offered, capabilities);

        Assert.Equal(ProvisioningErrorReason.SecurityDowngrade, Refusal(device, null, secrets, allowUnencrypted: false));
        Assert.Equal(ProvisioningErrorReason.SecurityDowngrade, Refusal(device, null, secrets, allowUnencrypted: true));
        if (weaker == 0 || capabilities == "no_pop")
            Assert.Equal((SecurityVersion)weaker, Choose(device, (SecurityVersion)weaker, secrets).Version);
    }

    [Fact]
    public void Clear_text_needs_to_be_allowed_or_named()
    {
        DeviceCapability device = Device(0, "no_sec");

        Assert.Equal(ProvisioningErrorReason.SecurityDowngrade, Refusal(device, null, "", allowUnencrypted: false));
        Assert.Equal(SecurityVersion.Security0, Choose(device, null, "", allowUnencrypted: true).Version);
        Assert.Equal(SecurityVersion.Security0, Choose(device, SecurityVersion.Security0, "").Version);
        Assert.Empty(Choose(device, SecurityVersion.Security0, "").Notices);
    }

    [Fact]
    public void An_empty_proof_of_possession_is_no_secret_to_protect()
        => Assert.Equal(SecurityVersion.Security0, Choose(Device(0, "no_sec"), null, "emptypop", allowUnencrypted: true).Version);

    [Theory]
    [InlineData(1, "", "pop", 1)]
    [InlineData(1, "no_pop", "", 1)]
    [InlineData(1, "", "emptypop", 1)]
    [InlineData(2, "", "login", 2)]
    [InlineData(2, "", "both", 2)]
    [InlineData(null, "", "pop", 1)]
    [InlineData(null, "no_pop", "", 1)]
    public void Without_a_named_scheme_the_devices_is_taken(int? offered, string capabilities, string secrets, int expected)
        => Assert.Equal((SecurityVersion)expected, Choose(Device(offered, capabilities), null, secrets).Version);

    [Theory]
    [InlineData(1, "", 2)]
    [InlineData(2, "", 1)]
    [InlineData(2, "", 0)]
    [InlineData(0, "no_sec", 1)]
    [InlineData(null, "no_sec", 2)]
    public void A_named_scheme_that_the_device_does_not_have_is_a_mismatch(int? offered, string capabilities, int named)
        => Assert.Equal(ProvisioningErrorReason.SecurityMismatch, Refusal(Device(offered, capabilities), (SecurityVersion)named, "both"));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_named_scheme_is_tried_with_firmware_that_does_not_name_its_own(int named)
        => Assert.Equal((SecurityVersion)named, Choose(Device(null, ""), (SecurityVersion)named, "both").Version);

    [Fact]
    public void A_scheme_that_is_not_known_is_a_mismatch()
    {
        Assert.Equal(ProvisioningErrorReason.SecurityMismatch, Refusal(Device(3, ""), null, "both"));
        Assert.Equal(ProvisioningErrorReason.SecurityMismatch, Refusal(Device(3, ""), null, ""));
        Assert.Equal(ProvisioningErrorReason.SecurityMismatch, Refusal(Device(-1, ""), null, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => Choose(Device(2, ""), (SecurityVersion)3, "both"));
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(null, null)]
    [InlineData(1, 1)]
    public void Security_1_needs_a_proof_of_possession(int? offered, int? named)
        => Assert.Equal(ProvisioningErrorReason.ProofOfPossessionRequired, Refusal(Device(offered, ""), (SecurityVersion?)named, ""));

    [Theory]
    [InlineData("")]
    [InlineData("pop")]
    [InlineData("username")]
    [InlineData("password")]
    public void Security_2_needs_a_username_and_a_password(string secrets)
    {
        Assert.Equal(ProvisioningErrorReason.UsernamePasswordRequired, Refusal(Device(2, ""), null, secrets));
        Assert.Equal(ProvisioningErrorReason.UsernamePasswordRequired, Refusal(Device(2, ""), SecurityVersion.Security2, secrets));
    }

    [Fact]
    public void A_proof_of_possession_for_security_2_is_told_what_it_is_there()
    {
        ProvisioningException refusal = Assert.Throws<ProvisioningException>(() => Choose(Device(2, ""), null, "pop"));
        Assert.Contains("is the password", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("possession", Assert.Throws<ProvisioningException>(() => Choose(Device(2, ""), null, "")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, null, "pop")]
    [InlineData(1, 1, "pop")]
    [InlineData(1, 1, "both")]
    [InlineData(null, null, "pop")]
    [InlineData(null, 1, "pop")]
    [InlineData(null, 1, "both")]
    public void A_proof_that_was_given_is_never_left_out_because_the_device_says_that_it_has_none(int? offered, int? named, string secrets)
    {
        DeviceCapability device = Device(offered, "wifi_scan,no_pop");
        ProvisioningException refusal = Assert.Throws<ProvisioningException>(() => Choose(device, (SecurityVersion?)named, secrets, allowUnencrypted: true));

        Assert.Equal(ProvisioningErrorReason.SecurityDowngrade, refusal.Reason);
        Assert.Contains("no_pop", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("leave the proof of possession out, or give an empty one", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void Without_a_proof_on_either_side_the_user_is_told_what_is_not_proved(int? named)
    {
        SecurityChoice choice = Choose(Device(1, "no_pop"), (SecurityVersion?)named, "");

        Assert.Equal(SecurityVersion.Security1, choice.Version);
        Assert.Contains("nothing proves that this is the device that was meant", Assert.Single(choice.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_proof_is_the_users_own_word_and_needs_no_warning()
        => Assert.Empty(Choose(Device(1, "no_pop"), null, "emptypop").Notices);

    // A QR code's pop is the proof of possession and, beside a username, the password.
    [Theory]
    [InlineData(0, "no_sec", null)]
    [InlineData(1, "", null)]
    [InlineData(1, "no_pop", null)]
    [InlineData(1, "no_pop", 1)]
    [InlineData(null, "no_pop", null)]
    [InlineData(null, "no_sec", null)]
    public void A_codes_pop_and_username_are_not_talked_down_to_less(int? offered, string capabilities, int? named)
        => Assert.Equal(
            ProvisioningErrorReason.SecurityDowngrade,
            Refusal(Device(offered, capabilities), (SecurityVersion?)named, "code", allowUnencrypted: true));

    [Fact]
    public void A_user_who_names_security_0_gets_it_and_is_told_that_the_proof_is_not_used()
    {
        SecurityChoice choice = Choose(Device(0, "no_sec,no_pop"), SecurityVersion.Security0, "pop");

        Assert.Equal(SecurityVersion.Security0, choice.Version);
        Assert.Contains("proof of possession is not used", Assert.Single(choice.Notices), StringComparison.Ordinal);
    }

    /// <summary>Each field of the reply, changed on its way: what remains is the session that was asked for, or an error.</summary>
    [Theory]
    [InlineData("""{"prov":{"sec_ver":1}}""", 1)]
    [InlineData("""{"prov":{}}""", 1)]
    [InlineData("V0.1", 1)]
    [InlineData("""{"prov":{"ver":"v9","sec_ver":1,"sec_patch_ver":1,"cap":["wifi_prov","thread_prov","wifi_scan","other"]}}""", 1)]
    [InlineData("""{"prov":{"sec_ver":1,"cap":["thread_scan"]},"prov2":{"sec_ver":0,"cap":["no_pop"]},"no_pop":1}""", 1)]
    [InlineData("""{"prov":{"sec_ver":0,"cap":["no_sec"]}}""", null)]
    [InlineData("""{"prov":{"cap":["no_sec"]}}""", null)]
    [InlineData("""{"prov":{"cap":["no_pop"]}}""", null)]
    [InlineData("""{"prov":{"cap":"no_pop"}}""", null)]
    [InlineData("""{"prov":{"sec_ver":1,"cap":["no_sec"]}}""", 1)]
    [InlineData("""{"prov":{"sec_ver":1,"sec_ver":0}}""", null)]
    [InlineData("""{"prov":{"sec_ver":0,"sec_ver":1}}""", 1)]
    [InlineData("""{"prov":{"cap":["no_pop"],"cap":[]}}""", 1)]
    [InlineData("""{"prov":{"sec_ver":2}}""", null)]
    [InlineData("""{"prov":{"sec_ver":3}}""", null)]
    [InlineData("""{"prov":{"sec_ver":-1}}""", null)]
    [InlineData("""{"prov":{"sec_ver":4294967296}}""", null)]
    [InlineData("""{"prov":{"sec_ver":1,"sec_patch_ver":-1}}""", null)]
    [InlineData("""{"prov":{"sec_ver":[]}}""", null)]
    [InlineData("no_pop", 1)]
    public void No_reply_moves_a_given_proof_to_anything_but_security_1_with_it(string reply, int? expected)
    {
        foreach (SecurityVersion? named in new SecurityVersion?[] { null, SecurityVersion.Security1 })
        {
            SecurityChoice? choice = null;
            try
            {
                choice = Choose(DeviceCapability.Parse(System.Text.Encoding.UTF8.GetBytes(reply)), named, "pop", allowUnencrypted: true);
            }
            catch (ProvisioningException exception)
            {
                Assert.Contains(exception.Reason, new[]
                {
                    ProvisioningErrorReason.SecurityDowngrade, ProvisioningErrorReason.SecurityMismatch,
                    ProvisioningErrorReason.UsernamePasswordRequired, ProvisioningErrorReason.MalformedResponse,
                });
            }

            Assert.Equal(expected, (int?)choice?.Version);
            Assert.Empty(choice?.Notices ?? []);
        }
    }

    [Fact]
    public void Secrets_that_the_scheme_has_no_use_for_are_named()
    {
        Assert.Contains("Username and password are not used", Assert.Single(Choose(Device(1, ""), SecurityVersion.Security1, "both").Notices), StringComparison.Ordinal);
        Assert.Contains("proof of possession is not used", Assert.Single(Choose(Device(2, ""), null, "both").Notices), StringComparison.Ordinal);
        Assert.Equal(2, Choose(Device(0, "no_sec"), SecurityVersion.Security0, "both").Notices.Count);
    }

    [Fact]
    public void The_chosen_scheme_is_made()
    {
        foreach (SecurityVersion version in Enum.GetValues<SecurityVersion>())
        {
            using SecurityCredential credential = Credential("both");
            SecurityChoice choice = SecurityNegotiation.Choose(Device((int)version, ""), version, credential, allowUnencrypted: false);
            using ISecurityScheme scheme = SecuritySchemeFactory.Create(choice, credential, patchVersion: null, SystemRandomSource.Instance);
            Assert.Equal(version, scheme.Version);
        }
    }

    private static ProvisioningErrorReason Refusal(DeviceCapability device, SecurityVersion? named, string secrets, bool allowUnencrypted = false)
    {
        ProvisioningException exception = Assert.Throws<ProvisioningException>(() => Choose(device, named, secrets, allowUnencrypted));
        Assert.DoesNotContain("secret-", exception.Message, StringComparison.Ordinal);
        return exception.Reason;
    }

    private static SecurityChoice Choose(DeviceCapability device, SecurityVersion? named, string secrets, bool allowUnencrypted = false)
    {
        using SecurityCredential credential = Credential(secrets);
        return SecurityNegotiation.Choose(device, named, credential, allowUnencrypted);
    }

    private static DeviceCapability Device(int? version, string capabilities) => new()
    {
        Version = "v1.1",
        SecurityVersion = (SecurityVersion?)version,
        Capabilities = capabilities.Split(',', StringSplitOptions.RemoveEmptyEntries),
        IsStructured = true,
    };

    private static SecurityCredential Credential(string secrets) => new()
    {
        ProofOfPossession = secrets switch
        {
            "pop" or "both" or "code" => Secret.FromUtf8("secret-pop"),
            "emptypop" => Secret.FromUtf8(""),
            _ => null,
        },
        Username = secrets is "login" or "both" or "username" or "code" ? "wifiprov" : null,
        Password = secrets switch
        {
            "login" or "both" or "password" => Secret.FromUtf8("secret-password"),
            "code" => Secret.FromUtf8("secret-pop"),
            _ => null,
        },
    };
}
