using EspProv.ModuleTests;

// The test runner never calls this. LoadContextTests starts the assembly as a process of its own, because what is
// loaded in a process stays loaded.
return NeighbourScenario.Run(args);
