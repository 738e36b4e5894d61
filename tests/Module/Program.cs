using EspProv.ModuleTests.Loading;
using EspProv.ModuleTests.Pipeline;
using EspProv.ModuleTests.Secrets;

// The test runner never calls this. Tests start the assembly as a process of its own, because what is loaded in a process
// stays loaded, and what a process remembers is all that it ever did.
return args switch
{
    [MemoryScenario.Name, var address, var script] => MemoryScenario.Run(address, script),
    [ExitScenario.Name, var path] => ExitScenario.Run(path),
    _ => NeighbourScenario.Run(args),
};
