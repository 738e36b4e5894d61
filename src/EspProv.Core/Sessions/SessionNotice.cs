namespace EspProv.Sessions;

/// <summary>Something the user should know; <see cref="IsWarning"/> separates warnings from verbose talk.</summary>
public sealed record SessionNotice(string Message, bool IsWarning);
