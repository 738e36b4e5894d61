using EspProv.FleetRig;

// A rig for fleets, as separate processes: one for virtual devices, one that runs a plan and can be killed, and others that check and
// measure.
string usage = """
    devices <count> <plan.csv> [plain|mixed|staying]   Holds devices, writes their plan, answers "state" on stdin, ends with it.
    run <plan.csv> <journal.jsonl> [throttle]          Runs a plan, or goes on with it; one result a line.
    check [count] [throttle]                           Runs a mixed plan; fails when an outcome is wrong, lost or doubled, or memory grows.
    measure [count] [throttle]                         Runs mixed plans and a sequential loop over one, and shows the figures.
    """;
switch (args)
{
    case ["devices", var count, var plan, .. var kind]:
        return await DeviceHolder.RunAsync(int.Parse(count), plan, kind.FirstOrDefault() ?? "mixed");
    case ["run", var plan, var journal, .. var throttle]:
        return await PlanRunner.RunAsync(plan, journal, throttle.Length > 0 ? int.Parse(throttle[0]) : 8);
    case ["check", .. var sizes]:
        return await FleetCheck.RunAsync(sizes.Length > 0 ? int.Parse(sizes[0]) : 1000, sizes.Length > 1 ? int.Parse(sizes[1]) : 64);
    case ["measure", .. var sizes]:
        return await Measurement.RunAsync(sizes.Length > 0 ? int.Parse(sizes[0]) : 1000, sizes.Length > 1 ? int.Parse(sizes[1]) : 64);
    default:
        Console.Error.WriteLine(usage);
        return 2;
}
