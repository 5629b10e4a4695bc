using System.Reflection;
using System.Runtime.Loader;

/// <summary>What .NET calls before the program's own start (<c>DOTNET_STARTUP_HOOKS</c>): from then on this assembly can be named as a
/// hosting startup (<c>ASPNETCORE_HOSTINGSTARTUPASSEMBLIES</c>), though it lies in another folder.</summary>
internal static class StartupHook
{
    public static void Initialize() => AssemblyLoadContext.Default.Resolving += static (_, name) =>
        name.Name == Assembly.GetExecutingAssembly().GetName().Name ? Assembly.GetExecutingAssembly() : null;
}
