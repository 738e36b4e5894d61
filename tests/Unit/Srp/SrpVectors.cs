using System.Text.Json.Serialization;

namespace EspProv.Tests.Srp;

/// <summary>srp6a.json: what the vendor's device code computes, and where the vendor's Python tool disagrees.</summary>
public sealed class SrpVectors
{
    public const string FileName = "srp6a.json";

    [JsonRequired]
    [JsonPropertyName("N_hex")]
    public byte[] N { get; init; } = [];

    [JsonRequired]
    public SrpVector[] Vectors { get; init; } = [];

    /// <summary>Theory data: the vectors' names. A file that cannot be read is one row, which fails.</summary>
    public static TheoryData<string> Names
    {
        get
        {
            var data = new TheoryData<string>();
            try
            {
                foreach (SrpVector vector in Support.Vectors.Read<SrpVectors>(FileName).Vectors)
                    data.Add(vector.Name);
            }
            catch (InvalidDataException)
            {
                // The test of this row reads the file again and says what is wrong with it.
                data.Add("(" + FileName + ")");
            }

            return data;
        }
    }

    public static SrpVector Get(string name) => Support.Vectors.Read<SrpVectors>(FileName).Vectors.Single(vector => vector.Name == name);
}

/// <summary>One exchange. Byte strings are big-endian.</summary>
public sealed class SrpVector
{
    [JsonRequired]
    public string Name { get; init; } = "";

    [JsonRequired]
    public byte[] UsernameHex { get; init; } = [];

    [JsonRequired]
    public byte[] PasswordHex { get; init; } = [];

    [JsonRequired]
    public byte[] Salt { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("x")]
    public byte[] X { get; init; } = [];

    [JsonRequired]
    public byte[] Verifier { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("a")]
    public byte[] PrivateA { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("A_padded")]
    public byte[] A { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("b")]
    public byte[] PrivateB { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("B_wire")]
    public byte[] B { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("k")]
    public byte[] Multiplier { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("u")]
    public byte[] U { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("S_stripped")]
    public byte[] S { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("K")]
    public byte[] K { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("M1")]
    public byte[] M1 { get; init; } = [];

    [JsonRequired]
    [JsonPropertyName("M2")]
    public byte[] M2 { get; init; } = [];

    [JsonRequired]
    public byte[] AesGcmKey { get; init; } = [];

    /// <summary>Whether the device accepts a client that hashes all 64 bytes of the inner hash.</summary>
    [JsonRequired]
    [JsonPropertyName("c_device_accepts_reference_client")]
    public bool AcceptsRfcClient { get; init; }

    [JsonRequired]
    public SrpVectorLengths Lengths { get; init; } = new();

    [JsonRequired]
    [JsonPropertyName("srp6a_py")]
    public SrpVectorVendorTool VendorTool { get; init; } = new();
}

/// <summary>How long a vector's values are.</summary>
public sealed class SrpVectorLengths
{
    [JsonPropertyName("A_significant")]
    public int SignificantA { get; init; }

    [JsonRequired]
    [JsonPropertyName("inner_hash_leading_zero")]
    public bool InnerHashLeadingZero { get; init; }
}

/// <summary>Where the vendor's Python tool agrees with the device.</summary>
public sealed class SrpVectorVendorTool
{
    [JsonPropertyName("M1_equals_device")]
    public bool SameM1 { get; init; }

    [JsonPropertyName("K_equals_device")]
    public bool SameK { get; init; }

    [JsonPropertyName("H_AMK_equals_device")]
    public bool SameM2 { get; init; }

    [JsonPropertyName("A_wire_len")]
    public int WireLengthOfA { get; init; }

    [JsonPropertyName("python_verifier_equals_C")]
    public bool SameVerifier { get; init; }
}
