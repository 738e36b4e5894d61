using System.Globalization;
using System.Reflection;
using Xunit.Sdk;

namespace EspProv.Tests.Support;

/// <summary>The tests of the class run as on a machine of that culture. They fail where there are no cultures: without ICU.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class UnderCultureAttribute(string name) : BeforeAfterTestAttribute
{
    private CultureInfo? _before;

    /// <summary>The culture of a test's class; the invariant one where it names none.</summary>
    public static CultureInfo Of(object test) =>
        test.GetType().GetCustomAttribute<UnderCultureAttribute>() is { } attribute ? attribute.Culture : CultureInfo.InvariantCulture;

    public override void Before(MethodInfo methodUnderTest)
    {
        _before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = Culture;
    }

    public override void After(MethodInfo methodUnderTest) => CultureInfo.CurrentCulture = _before!;

    // Without what somebody set on this machine.
    private CultureInfo Culture => new(name, useUserOverride: false);
}
