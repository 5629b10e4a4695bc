using System.Collections.Immutable;
using System.Reflection;

namespace ControlPlane.Silo.Storage;

/// <summary>A numbered script of a store's schema. Its number and name are those of its file, <c>NNNN_name.sql</c>.</summary>
internal sealed record MigrationScript(long Version, string Name, string Sql)
{
    /// <summary>The scripts of one store, in order.</summary>
    /// <param name="store">Folder of the store under <c>Storage</c>.</param>
    public static ImmutableArray<MigrationScript> Of(string store)
    {
        var assembly = typeof(MigrationScript).Assembly;
        var prefix = $"Storage.{store}.Migrations.";
        return
        [
            .. from resource in assembly.GetManifestResourceNames()
               where resource.Contains(prefix, StringComparison.Ordinal)
               let name = resource[(resource.IndexOf(prefix, StringComparison.Ordinal) + prefix.Length)..]
               orderby name
               select new MigrationScript(long.Parse(name.AsSpan(0, 4)), name, Read(assembly, resource)),
        ];
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
