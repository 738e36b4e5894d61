namespace EspProv.Manufacturing.Labels;

/// <summary>The paper that labels are printed on.</summary>
public enum LabelPageSize
{
    /// <summary>210 × 297 mm.</summary>
    A4,

    /// <summary>8.5 × 11 inches, which is 215.9 × 279.4 mm.</summary>
    Letter,
}

/// <summary>How labels are laid out on a page.</summary>
public sealed record LabelSheetOptions
{
    /// <summary>The default of <see cref="Columns"/>.</summary>
    public const int DefaultColumns = 3;

    /// <summary>The default of <see cref="Rows"/>.</summary>
    public const int DefaultRows = 8;

    /// <summary>The paper.</summary>
    public LabelPageSize PageSize { get; init; } = LabelPageSize.A4;

    /// <summary>Labels side by side.</summary>
    public int Columns { get; init; } = DefaultColumns;

    /// <summary>Labels one below the other.</summary>
    public int Rows { get; init; } = DefaultRows;

    /// <summary>The error correction of the codes.</summary>
    public QrErrorCorrection ErrorCorrection { get; init; } = QrErrorCorrection.Medium;

    /// <summary>
    /// Also print the proof of possession, or the username and password of security 2, as text, for manual entry. The code contains it in
    /// any case.
    /// </summary>
    public bool ShowProofOfPossession { get; init; }

    /// <summary>Width and height in millimetres.</summary>
    internal (double Width, double Height) PageMillimetres => PageSize switch
    {
        LabelPageSize.A4 => (210, 297),
        LabelPageSize.Letter => (215.9, 279.4),
        _ => throw new ArgumentOutOfRangeException(nameof(PageSize)),
    };
}
