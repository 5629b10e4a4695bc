using System.Reflection;
using ControlPlane.Grains.Integrations.Catalogue.Validation;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>Reads the built-in providers and the user's own. Every rule of the user's is checked here; the built-in ones can't change after
/// the build, and their rules are checked by its tests.</summary>
public static class CatalogueLoader
{
    private const string ResourcePrefix = "Catalogue/";
    private const long LargestFile = 1024 * 1024;

    /// <param name="userPath">A file, or a folder of <c>*.json</c> files; null or blank for none. A provider of it can't replace a built-in one.</param>
    /// <exception cref="CatalogueException">Any rule is broken; all broken rules are named.</exception>
    public static ProviderCatalogue Load(string? userPath)
    {
        var errors = new List<CatalogueError>();
        var users = UserFiles(userPath, errors).ToList();
        CheckRules(users);
        return Join([.. BuiltIn(errors), .. users], errors);
    }

    /// <summary>The built-in files by name.</summary>
    internal static IReadOnlyDictionary<string, byte[]> BuiltInFiles()
    {
        var assembly = typeof(CatalogueLoader).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => "built-in:" + name[ResourcePrefix.Length..], name => ReadResource(assembly, name), StringComparer.Ordinal);
    }

    /// <summary>Checks every rule of every entry, built-in ones too.</summary>
    internal static ProviderCatalogue Check(IReadOnlyList<CatalogueEntry> entries, List<CatalogueError> errors)
    {
        CheckRules(entries);
        return Join(entries, errors);
    }

    private static void CheckRules(IReadOnlyList<CatalogueEntry> entries)
    {
        foreach (var entry in entries)
            ProviderRules.Check(entry.Provider, entry.Errors);
    }

    private static ProviderCatalogue Join(IReadOnlyList<CatalogueEntry> entries, List<CatalogueError> errors)
    {
        CheckIds(entries);
        return errors.Count == 0
            ? new ProviderCatalogue(entries.Select(entry => entry.Provider))
            : throw new CatalogueException([.. errors]);
    }

    private static void CheckIds(IReadOnlyList<CatalogueEntry> entries)
    {
        var first = new Dictionary<string, CatalogueEntry>(StringComparer.Ordinal);
        foreach (var entry in entries.OrderByDescending(entry => entry.BuiltIn))
        {
            if (first.TryAdd(entry.Provider.Id, entry))
                continue;
            var other = first[entry.Provider.Id];
            entry.Errors.Add("id", other.BuiltIn && !entry.BuiltIn
                ? "is the id of a built-in provider, which can't be replaced. Choose another id; a base address is changed by its own setting."
                : $"is used in {other.Errors.Path} too. Choose another id.");
        }
    }

    private static IEnumerable<CatalogueEntry> BuiltIn(List<CatalogueError> errors) =>
        BuiltInFiles().SelectMany(file => CatalogueFile.Read(file.Key, builtIn: true, file.Value, errors));

    private static IEnumerable<CatalogueEntry> UserFiles(string? userPath, List<CatalogueError> errors)
    {
        if (string.IsNullOrWhiteSpace(userPath))
            return [];

        try
        {
            if (Directory.Exists(userPath))
            {
                return [.. Directory.EnumerateFiles(userPath, "*.json")
                    .Where(file => !Path.GetFileName(file).Equals(CatalogueSchema.FileName, StringComparison.OrdinalIgnoreCase))
                    .Order(StringComparer.Ordinal)
                    .SelectMany(file => UserFile(file, errors))];
            }

            if (File.Exists(userPath))
                return UserFile(userPath, errors);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            errors.Add(new CatalogueError(userPath, "", "can't be read. Check that it exists and that this process may read it."));
            return [];
        }

        errors.Add(new CatalogueError(userPath, "", "is neither a file nor a folder. Create it, or correct the catalogue's path in the configuration."));
        return [];
    }

    private static IReadOnlyList<CatalogueEntry> UserFile(string path, List<CatalogueError> errors)
    {
        if (new FileInfo(path).Length > LargestFile)
        {
            errors.Add(new CatalogueError(path, "", "is larger than 1 MiB. Split it into several files."));
            return [];
        }

        return CatalogueFile.Read(path, builtIn: false, WithoutMark(File.ReadAllBytes(path)), errors);
    }

    private static ReadOnlyMemory<byte> WithoutMark(byte[] bytes) =>
        bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsMemory(3) : bytes;

    private static byte[] ReadResource(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
