namespace EspProv;

/// <summary>Describes an unexpected exception by its type only: its message may contain a secret or a device's text.</summary>
public static class UnexpectedError
{
    private const int MaxTypes = 4;

    /// <summary>The exception's type, and those of the exceptions inside, outermost first.</summary>
    public static string TypesOf(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var types = new List<string>();
        for (Exception? next = exception; next is not null && types.Count < MaxTypes; next = next.InnerException)
            types.Add(next.GetType().ToString());
        return string.Join(" > ", types);
    }
}
