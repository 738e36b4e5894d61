namespace EspProv.Tests.Support;

/// <summary>The vectors themselves are sound: everything that the replays build on is there.</summary>
[Trait("Category", "Vectors")]
public class VectorsTests
{
    public static TheoryData<string> TranscriptNames => Vectors.TranscriptNames;

    [Theory]
    [MemberData(nameof(TranscriptNames))]
    public void A_transcript_can_be_read_and_names_itself(string name)
    {
        Transcript transcript = Vectors.Transcript(name);

        Assert.Equal(name, transcript.Name);
        Assert.Equal(transcript.ClientSecrets.X25519Private.Length, transcript.ClientSecrets.X25519Public.Length);
        Assert.Equal(transcript.ClientSecrets.SrpPrivateA.Length, transcript.ClientSecrets.SrpA.Length);
        Assert.All(transcript.ClientSecrets.SrpA, value => Assert.Equal(384, value.Length));
    }

    [Theory]
    [InlineData("{", "malformed")]
    [InlineData("{}", "malformed")]
    [InlineData("""{"format":"espprov-transcript-1","name":"x","kind":"wifi","client_secrets":{},"device_secrets":{},"device":{},"exchanges":[]}""", "no exchanges")]
    [InlineData("""{"format":"espprov-transcript-1","name":"x","kind":"wifi","client_secrets":{},"device_secrets":{},"device":{},"exchanges":[{"endpoint":"e","request_hex":"0g","response_hex":""}]}""", "hexadecimal")]
    [InlineData("""{"format":"other","name":"x","kind":"wifi","client_secrets":{},"device_secrets":{},"device":{},"exchanges":[{"endpoint":"e","request_hex":"00","response_hex":""}]}""", "format")]
    [InlineData("""{"format":"espprov-transcript-1","name":"x","kind":"wifi","client_secrets":null,"device_secrets":{},"device":{},"exchanges":[]}""", "malformed")]
    public void A_malformed_transcript_is_refused(string json, string says)
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => Vectors.ParseTranscript("x.json", json));

        Assert.Contains(says, exception.Message, StringComparison.Ordinal);
    }
}
