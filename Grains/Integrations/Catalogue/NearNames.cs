namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>Finds the known name nearest to an unknown one: other case, other separators, a file extension, or a typing error.</summary>
public static class NearNames
{
    // Short names lie so close together that a slip of one could be another.
    private const int ShortestWithSlips = 12;
    private const int MostSlips = 2;
    private static readonly string[] s_endings = [".txt", ".key", ".pem", ".env", ".json", ".secret"];

    /// <summary>The nearest of <paramref name="wanted"/>, or null when none is near.</summary>
    public static string? MeantBy(string name, IEnumerable<string> wanted)
    {
        var plain = Plain(name);
        return wanted
            .Select(candidate => (candidate, slips: Slips(plain, Plain(candidate))))
            .Where(pair => pair.slips == 0 || (pair.slips <= MostSlips && plain.Length >= ShortestWithSlips))
            .OrderBy(pair => pair.slips)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    private static string Plain(string name)
    {
        var ending = s_endings.FirstOrDefault(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)) ?? "";
        return string.Concat(name[..^ending.Length].Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
    }

    /// <summary>Characters to add, drop or change; more than <see cref="MostSlips"/> are not counted on.</summary>
    private static int Slips(string from, string to)
    {
        if (Math.Abs(from.Length - to.Length) > MostSlips)
            return int.MaxValue;
        var before = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var row = new int[to.Length + 1];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
                row[j] = Math.Min(Math.Min(row[j - 1], before[j]) + 1, before[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
            before = row;
        }

        return before[to.Length];
    }
}
