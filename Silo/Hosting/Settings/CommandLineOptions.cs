namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>Finds options that nobody reads: <c>--dem0</c> must not start the real thing.</summary>
internal static class CommandLineOptions
{
    private static readonly string[] s_host = ["urls", "environment", "contentRoot", "applicationName", "http_ports", "https_ports"];

    /// <summary>Sections whose settings are options too; what stands below ours is checked as a setting.</summary>
    private static readonly string[] s_sections = ["ControlPlane", "ConnectionStrings", "Kestrel"];

    /// <exception cref="WrongSettingsException">There is an unknown one; it is named with the nearest known one.</exception>
    /// <param name="flags">Options of this program that take no value.</param>
    public static void Refuse(IReadOnlyList<string> args, params IReadOnlyCollection<string> flags)
    {
        var wrong = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var text = args[i];
            var option = text.StartsWith("--", StringComparison.Ordinal) ? text[2..] : text.StartsWith('/') ? text[1..] : null;
            var named = (option ?? text).Split('=', 2);
            if (option is not null && named.Length == 1 && flags.Contains(named[0], StringComparer.Ordinal)) continue;
            if (!(IsKnown(named[0]) && (option is not null || named.Length == 2))) wrong.Add(Line(text.Split('=', 2)[0], named[0], flags));

            // The value stands by itself.
            if (option is not null && named.Length == 1 && i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal)) i++;
        }

        if (wrong.Count > 0) throw new WrongSettingsException(wrong);
    }

    private static bool IsKnown(string name) =>
        s_host.Contains(name, StringComparer.OrdinalIgnoreCase)
        || s_sections.Any(section => name.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));

    private static string Line(string shown, string name, IReadOnlyCollection<string> flags)
    {
        var known = flags.Concat(s_host).ToArray();
        var near = NearestName.Of(name.TrimStart('-'), known);
        return near is null ? $"{shown}: is no option. --help lists them." : $"{shown}: is no option. Did you mean --{near}? --help lists them all.";
    }
}
