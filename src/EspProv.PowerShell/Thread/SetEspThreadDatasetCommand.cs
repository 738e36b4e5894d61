using System.Management.Automation;
using System.Security;
using System.Text;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Networks.Thread;
using EspProv.Sessions;
using EspProv.Wire;

namespace EspProv.Commands.Thread;

/// <summary>Sends the dataset of a Thread network to a device, applies it, and waits for the outcome.</summary>
[Cmdlet(VerbsCommon.Set, "EspThreadDataset", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspThreadResult), typeof(EspProvSession), typeof(ProvisioningDevice))]
public sealed class SetEspThreadDatasetCommand : JoinCmdlet
{
    /// <summary>The whole dataset, as hexadecimal digits.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    public SecureString? DatasetTlvs { get; set; }

    /// <summary>The network's name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NetworkNameCompleter))]
    [AllowEmptyString]
    [GivenText]
    public string? NetworkName { get; set; }

    /// <summary>The network's name as bytes, from a scan.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyCollection]
    public byte[]? NetworkNameBytes { get; set; }

    /// <summary>The PAN ID.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberTransformation]
    public int? PanId { get; set; }

    /// <summary>The extended PAN ID, as 16 hexadecimal digits.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ExtendedPanId { get; set; }

    /// <summary>The channel.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberTransformation]
    public int? Channel { get; set; }

    /// <summary>The network key, as 32 hexadecimal digits.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    public SecureString? NetworkKey { get; set; }

    /// <summary>The channels that the network may use.</summary>
    [Parameter]
    public int[] ChannelMask { get; set; } = [];

    /// <summary>The dataset's version, in seconds.</summary>
    [Parameter]
    public long? ActiveTimestamp { get; set; }

    /// <summary>The commissioner's key, as 32 hexadecimal digits.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    public SecureString? Pskc { get; set; }

    private protected override string ActionDescription => $"Set and apply the dataset of Thread network '{NetworkText}'";

    private string NetworkText
    {
        get
        {
            using ThreadDataset dataset = MakeDataset();
            return dataset.NetworkName ?? dataset.ExtendedPanId ?? "";
        }
    }

    private protected override void Validate(EspProvSession? session)
    {
        bool isBuilt = NetworkKey is not null;
        if (DatasetTlvs is not null && isBuilt)
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict,
                "-DatasetTlvs is the whole dataset, network key included; give it or the values, not both.",
                target: null));
        }

        if (DatasetTlvs is null && (!isBuilt || PanId is null || ExtendedPanId is null || Channel is null))
        {
            string missing = string.Join(", ", new[]
            {
                isBuilt ? null : "-NetworkKey",
                PanId is null ? "-PanId" : null,
                ExtendedPanId is null ? "-ExtendedPanId" : null,
                Channel is null ? "-Channel" : null,
            }.OfType<string>());
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict,
                $"A device needs -DatasetTlvs, or all values of a dataset. These are missing: {missing}.",
                target: null));
        }

        // Made only to validate the values; Invoke makes the dataset to send.
        MakeDataset().Dispose();
    }

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        using ThreadDataset dataset = MakeDataset();
        string network = dataset.NetworkName ?? dataset.ExtendedPanId ?? "the network";
        ThreadProvisioningResult result = Join<ThreadStatus, ThreadProvisioningResult>(
            session,
            $"Sending the dataset of '{network}'",
            status => $"{status.State} to '{network}'",
            (core, timeout, progress, witness, token) => core.ProvisionThreadAsync(dataset, timeout, progress, witness, token));
        WriteResult(
            session,
            kept,
            new EspThreadResult(session.Session.Device, kept, result),
            JoinFailure.Of(ProvisioningNetwork.Thread, result.Outcome, result.LastStatus, session.Name, network, result.Reason));
    }

    private ThreadDataset MakeDataset()
    {
        if (DatasetTlvs is not null)
        {
            using var digits = DatasetTlvs.ToSecret();
            return ThreadDataset.ParseHex(digits);
        }

        using Secret? key = BytesOf(NetworkKey, "A network key", ProtocolLimits.NetworkKeyLength);
        using Secret? pskc = BytesOf(Pskc, "A PSKc", ProtocolLimits.PskcLength);
        return ThreadDataset.Create(new ThreadDatasetValues
        {
            NetworkName = NameToSend(),
            PanId = PanId!.Value,
            ExtendedPanId = ExtendedPanIdBytes(),
            Channel = Channel!.Value,
            NetworkKey = key!,
            ChannelMask = ChannelMask,
            ActiveTimestamp = ActiveTimestamp,
            Pskc = pskc,
        });
    }

    // A piped network has its name both as text and as bytes. The bytes are exact, and are used unless another -NetworkName was given.
    private string? NameToSend() =>
        NetworkNameBytes is not null && (NetworkName is null || NetworkName == UntrustedText.Show(NetworkNameBytes))
            ? Encoding.UTF8.GetString(NetworkNameBytes)
            : NetworkName;

    private static Secret? BytesOf(SecureString? hex, string what, int length)
    {
        if (hex is null)
            return null;
        using var digits = hex.ToSecret();
        return ThreadDataset.FromHex(digits, what, length);
    }

    private byte[] ExtendedPanIdBytes()
    {
        using var digits = Secret.FromUtf8(ExtendedPanId);
        using Secret bytes = ThreadDataset.FromHex(digits, "An extended PAN ID", ProtocolLimits.ExtendedPanIdLength);
        return bytes.Bytes.ToArray();
    }
}
