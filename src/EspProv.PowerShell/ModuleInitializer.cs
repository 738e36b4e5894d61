// IModuleAssemblyInitializer and the load context come here.
