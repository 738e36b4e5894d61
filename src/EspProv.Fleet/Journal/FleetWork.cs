namespace EspProv.Fleet.Journal;

/// <summary>What was done to a row's device and must not be done twice, over all attempts and runs.</summary>
/// <param name="MayHaveApplied">The device may have been told to use the credentials.</param>
/// <param name="CustomDataTaken">How many entries of the row's custom data the device has answered.</param>
/// <param name="IsCustomDataInDoubt">The next entry was sent, and its reply is unknown.</param>
internal sealed record FleetWork(bool MayHaveApplied, int CustomDataTaken, bool IsCustomDataInDoubt)
{
    /// <summary>Nothing.</summary>
    public static FleetWork None { get; } = new(MayHaveApplied: false, CustomDataTaken: 0, IsCustomDataInDoubt: false);
}
