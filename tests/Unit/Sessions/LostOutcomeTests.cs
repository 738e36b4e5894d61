namespace EspProv.Tests.Sessions;

public class LostOutcomeTests
{
    [Fact]
    public void The_outcome_is_unknown_after_a_lost_link_an_unreadable_reply_and_a_session_that_was_closed_meanwhile() => Assert.Equal(
        [
            ProvisioningErrorReason.ExchangeTimeout, ProvisioningErrorReason.SessionLost, ProvisioningErrorReason.MalformedResponse,
            ProvisioningErrorReason.UnexpectedResponse, ProvisioningErrorReason.DecryptionFailed, ProvisioningErrorReason.SessionClosed,
        ],
        Enum.GetValues<ProvisioningErrorReason>().Where(LostOutcome.IsUnknownAfter));

    [Fact]
    public void Only_what_another_session_may_bring_is_asked_for_again() => Assert.Equal(
        [ProvisioningErrorReason.ExchangeTimeout, ProvisioningErrorReason.SessionLost, ProvisioningErrorReason.DecryptionFailed],
        Enum.GetValues<ProvisioningErrorReason>().Where(LostOutcome.IsWorthRepeating));
}
