using ControlPlane.Api.Hosting;

namespace ControlPlane.Api.Demo;

/// <summary>Keeps invented trades out of real data and real ones out of the demo: a folder is one or the other for good.</summary>
internal static class DemoMark
{
    public const string FileName = "DEMO";
    private const string Text = "The data in this folder is that of a demo: invented prices, made-up keys. A control plane that is no demo does not start on it.\n";

    /// <summary>Marks a new folder of a demo, and lets pass what fits.</summary>
    /// <exception cref="WrongSettingException">The folder is of the other kind.</exception>
    public static void Check(DataFolder folder, bool demo)
    {
        var mark = Path.Combine(folder.Path, FileName);
        if (File.Exists(mark))
        {
            if (!demo) throw Wrong("must not be the data of a demo", "choose another folder, or start with --demo");
            return;
        }

        if (!demo) return;
        if (Directory.Exists(folder.Path) && Directory.EnumerateFileSystemEntries(folder.Path).Any())
            throw Wrong("must be empty, or the data of a demo, with --demo", "remove the setting to take the default, or name another folder");
        folder.Create();
        File.WriteAllText(mark, Text);
    }

    private static WrongSettingException Wrong(string rule, string fix) => new(DataFolder.Key.Replace(":", "__", StringComparison.Ordinal), rule, fix);
}
