using EspProv.HelpBuilder;

const string Usage = """
    usage: EspProv.HelpBuilder help <module assembly> <folder of *.md> <help file to write> <project url or "">
           EspProv.HelpBuilder manifest <EspProv.psd1> <CHANGELOG.md> <manifest to write> <project url or ""> <help url or "">
    """;
switch (args)
{
    case ["help", var assembly, var folder, var target, var projectUrl]:
        ProjectAddress project;
        try
        {
            project = new ProjectAddress(projectUrl);
        }
        catch (FormatException problem)
        {
            Console.Error.WriteLine($"{folder} : error ESPHELP : {problem.Message}");
            return 1;
        }
        IReadOnlyList<CmdletMetadata> cmdlets = CmdletMetadata.ReadAll(assembly);
        var sources = HelpFolder.Read(folder);
        IReadOnlyList<string> problems = HelpCheck.Run(cmdlets, sources);
        foreach (string problem in problems)
            Console.Error.WriteLine($"{folder} : error ESPHELP : {problem}");
        if (problems.Count > 0)
            return 1;

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        MamlWriter.Write(target, cmdlets, sources, project);
        return 0;
    case ["manifest", var manifest, var changelog, var target, var projectUrl, var helpInfoUrl]:
        try
        {
            File.WriteAllText(
                target, PackedManifest.Make(File.ReadAllText(manifest), File.ReadAllText(changelog), projectUrl, helpInfoUrl));
            return 0;
        }
        catch (FormatException problem)
        {
            Console.Error.WriteLine($"{manifest} : error ESPPACK : {problem.Message}");
            return 1;
        }
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
