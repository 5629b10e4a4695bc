namespace ControlPlane.Silo.Hosting;

/// <summary>A silo without an API. It takes part in a cluster, and a cluster needs a database that all its members share.</summary>
internal static class StandaloneSilo
{
    private const string Help = """
        Silo: hosts grains of a control plane cluster, without an API.

        A cluster needs PostgreSQL. This release has the embedded store only, which one process
        holds for itself, so run everything in one process:

          dotnet run --project Api
        """;

    public static int Run(string[] args)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            Console.Out.WriteLine(Help);
            return 0;
        }

        Console.Error.WriteLine(Help);
        return 2;
    }
}
