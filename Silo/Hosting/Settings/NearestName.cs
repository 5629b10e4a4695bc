namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>The known name that somebody most likely meant.</summary>
internal static class NearestName
{
    /// <summary>Null when nothing is near: a third of the name below the root may differ, or its last part stands elsewhere.</summary>
    /// <param name="freeLast">Whether a candidate's last part is any name, so that its being the same says nothing.</param>
    public static string? Of(string name, IEnumerable<string> known, Func<string, bool>? freeLast = null)
    {
        var (best, least) = ((string?)null, int.MaxValue);
        foreach (var candidate in known)
        {
            var distance = Distance(name, candidate);
            if (distance > (name.Length - name.IndexOf(':', StringComparison.Ordinal) - 1) / 3) distance = int.MaxValue;
            var (last, other) = (Last(name), Last(candidate));
            if (last != name && freeLast?.Invoke(candidate) != true && Distance(last, other) is var small && small <= Math.Min(2, last.Length / 4)) distance = Math.Min(distance, small + 1);
            if (distance < least) (best, least) = (candidate, distance);
        }

        return best;
    }

    /// <summary>Letters to add, drop, change or swap with their neighbour; case does not count.</summary>
    public static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = Same(a[i - 1], b[j - 1]);
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }

    private static bool Same(char x, char y) => char.ToUpperInvariant(x) == char.ToUpperInvariant(y);

    private static string Last(string name) => name[(name.LastIndexOf(':') + 1)..];
}
