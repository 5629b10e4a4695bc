namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>The score's factors in words.</summary>
public static class FactorNames
{
    private static readonly (string Key, string Name)[] s_all =
    [
        ("data_reliability", "Data reliability"),
        ("execution_health", "Execution health"),
        ("discipline", "Discipline"),
        ("decision_quality", "Decision quality"),
        ("supervisor_trust", "Supervisor trust"),
    ];

    public static string Plain(string factor) => s_all.FirstOrDefault(f => f.Key == factor).Name ?? factor;

    /// <summary>A sentence that begins with a factor's key, as a person would write it.</summary>
    public static string Sentence(string text)
    {
        foreach (var (key, name) in s_all)
        {
            if (text.StartsWith(key + " ", StringComparison.Ordinal)) return name + text[key.Length..];
        }

        return text;
    }
}
