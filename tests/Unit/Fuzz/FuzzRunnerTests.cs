namespace EspProv.Tests.Fuzz;

/// <summary>The harness itself: it sees what it is there for, and can show it again.</summary>
public sealed class FuzzRunnerTests
{
    private static readonly byte[] Seed = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void An_exception_that_is_not_documented_is_a_fault_once_for_each_place_and_shows_its_input()
    {
        FuzzReport report = FuzzRunner.Mutate(
            Target((input, _) => throw (input.Length % 2 == 0 ? new ProvisioningException(ProvisioningErrorReason.MalformedResponse,
                "") : new InvalidCastException("odd"))),
            seed: 1,
            inputs: 1000);
        FuzzFault fault = Assert.Single(report.Faults);
        Assert.Equal((1000, 0, FuzzFaultKind.Exception), (report.Inputs, report.Accepted, fault.Kind));
        Assert.Equal(1, fault.Input.Length % 2);
        Assert.Contains("seed 1", report.ToString(), StringComparison.Ordinal);
        Assert.Contains($"iteration {fault.Iteration}", report.ToString(), StringComparison.Ordinal);
        Assert.Contains($"target {Convert.ToHexStringLower(fault.Input)}", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_does_not_come_back_is_a_fault_and_ends_the_run()
    {
        FuzzReport report = FuzzRunner.Mutate(Target((_, stop) => stop.WaitHandle.WaitOne()), seed: 1, inputs: 1000,
            hangLimit: TimeSpan.FromMilliseconds(300));
        Assert.Equal(FuzzFaultKind.Hang, Assert.Single(report.Faults).Kind);
        Assert.Equal(0, report.Inputs);
    }

    [Fact]
    public void Memory_out_of_proportion_is_a_fault()
    {
        FuzzReport report = FuzzRunner.Mutate(Target((input, _) => GC.KeepAlive(new byte[input.Length == 8 ? 3 << 20 : 0])), seed: 1,
            inputs: 1000);
        Assert.Equal(FuzzFaultKind.Memory, Assert.Single(report.Faults).Kind);
    }

    [Fact]
    public void A_seed_makes_the_same_inputs_each_time_and_another_seed_makes_others()
    {
        Assert.Equal(Inputs(1), Inputs(1));
        Assert.NotEqual(Inputs(1), Inputs(2));

        static List<string> Inputs(ulong seed)
        {
            var seen = new List<string>();
            FuzzRunner.Mutate(Target((input, _) => seen.Add(Convert.ToHexString(input))), seed, inputs: 200);
            return seen;
        }
    }

    [Fact]
    public void Every_kind_of_change_changes_something_and_none_makes_an_input_too_long()
    {
        var mutator = new Mutator([Seed, [9, 9]], [[0xAA, 0xBB]], FuzzShape.Bytes, maxLength: 100);
        for (int kind = 0; kind < Mutator.Kinds; kind++)
        {
            Assert.Contains(Enumerable.Range(0, 200), i => !mutator.Change(Seed, kind, FuzzRandom.For(1, "kind",
                i)).AsSpan().SequenceEqual(Seed));
        }

        for (int i = 0; i < 5000; i++)
            Assert.InRange(mutator.Next(FuzzRandom.For(1, "length", i)).Length, 0, 100);
    }

    [Fact]
    public void A_change_inside_a_message_leaves_the_lengths_around_it_right()
    {
        // A message in a message in a message.
        byte[] message = [0x0A, 0x07, 0x12, 0x05, 0x1A, 0x03, 0x08, 0x96, 0x01];
        int parsed = 0;
        for (int i = 0; i < 500; i++)
        {
            byte[] changed = ProtobufMutation.Change(message, FuzzRandom.For(1, "protobuf", i));
            parsed += changed.Length >= 2 && changed[0] == 0x0A && changed[1] == changed.Length - 2 && changed.Length != message.Length ? 1
                : 0;
        }

        Assert.InRange(parsed, 50, 500);
    }

    [Fact]
    public void A_change_of_a_json_text_leaves_most_of_them_well_formed()
    {
        byte[] json = """{"a":1,"b":{"c":["d",null]}}"""u8.ToArray();
        int wellFormed = 0;
        for (int i = 0; i < 500; i++)
        {
            try
            {
                System.Text.Json.JsonDocument.Parse(JsonMutation.Change(json, FuzzRandom.For(1, "json", i))).Dispose();
                wellFormed++;
            }
            catch (System.Text.Json.JsonException)
            {
            }
        }

        Assert.InRange(wellFormed, 300, 500);
    }

    private static FuzzTarget Target(Action<byte[], CancellationToken> run) => new()
    {
        Name = "target",
        Inputs = 1,
        Corpus = [Seed],
        Run = run
    };
}
