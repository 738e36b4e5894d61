using Xunit.Abstractions;

namespace EspProv.Tests.Fuzz;

/// <summary>Every parser of foreign bytes against mutated input; README.md beside this file says how to run it for longer.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, FuzzTarget> Targets = new[]
    {
        TextTargets.All, SessionTargets.All, LinkTargets.All, DeviceTargets.All, BoardTargets.All,
    }.SelectMany(targets => targets).ToDictionary(target => target.Name);

    public static TheoryData<string> Names => new(Targets.Keys);

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void No_input_makes_a_parser_fail_otherwise_than_it_documents_hang_or_take_memory_without_bound(string name)
    {
        FuzzReport report = FuzzRunner.Mutate(Find(name));
        output.WriteLine(report.ToString());
        Assert.True(report.Faults.Count == 0, report.ToString());
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Valid_input_and_every_input_that_once_did_harm_does_none(string name)
    {
        FuzzTarget target = Find(name);
        FuzzReport report = FuzzRunner.Replay(target, [.. target.Corpus, .. Crashers.Of(name)]);

        // A target that takes nothing for valid would not see what comes after the first check.
        Assert.True(report.Accepted > 0, report.ToString());
        Assert.True(report.Faults.Count == 0, report.ToString());
    }

    [Fact]
    public void Every_input_of_before_is_of_a_target_that_there_is() => Assert.Empty(Crashers.Names.Except(Targets.Keys));

    [Fact]
    public void A_plain_run_takes_a_million_inputs_at_least() => Assert.True(Targets.Values.Sum(target => target.Inputs) >= 1_000_000);

    private static FuzzTarget Find(string name)
    {
        FuzzTarget target = Targets[name];
        Skip.If(target.Inputs == 0, "Not on this system.");
        return target;
    }
}
