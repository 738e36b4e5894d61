using EspProv.Shell.CommandLine;
using EspProv.Shell.Engine;
using EspProv.Shell.Hosting;

ShellOptions options = ShellOptions.Parse(args);
switch (options.Mode)
{
    case ShellMode.Usage:
        if (options.Problem is { } problem)
        {
            Console.Error.WriteLine(problem);
            Console.Error.WriteLine(HelpText.Usage);
            return ExitCodes.Usage;
        }

        Console.Out.WriteLine(HelpText.Full());
        return ExitCodes.Success;
    case ShellMode.Version:
        Console.Out.WriteLine(HelpText.Version);
        return ExitCodes.Success;
}

var terminal = ShellTerminal.ForConsole();
using var session = new ShellSession(options, terminal);
using var signals = new SignalHandling(session);
return session.Run();
