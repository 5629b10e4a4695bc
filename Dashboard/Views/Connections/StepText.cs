using System.Text.RegularExpressions;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>The addresses in a step of how to connect: whole ones, and hosts with their path as people write them.</summary>
public static partial class StepText
{
    /// <summary>The step in pieces; a piece with an address is a link to it.</summary>
    public static IEnumerable<(string Text, string? Address)> Parts(string step)
    {
        var at = 0;
        foreach (Match found in Address().Matches(step))
        {
            if (found.Index > at) yield return (step[at..found.Index], null);
            var text = found.Value.TrimEnd('.', ',', ';', ':', ')');
            yield return (text, text.StartsWith("https://", StringComparison.Ordinal) ? text : $"https://{text}");
            at = found.Index + text.Length;
        }

        if (at < step.Length) yield return (step[at..], null);
    }

    [GeneratedRegex(@"(?<![\w@/.-])(?:https://[^\s<>""']+|(?:[a-z0-9-]+\.)+(?:com|io|net|org|co|ai|dev|app|markets|exchange|finance|trade|eu|us|uk|jp)(?![\w-])(?:/[^\s<>""']*)?)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 200)]
    private static partial Regex Address();
}
