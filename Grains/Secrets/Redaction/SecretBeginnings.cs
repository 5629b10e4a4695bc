using System.Buffers;

namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>Tells how much of the end of a text may be the beginning of a secret: so much must wait for what comes next. Immutable.</summary>
internal sealed class SecretBeginnings
{
    private readonly string[] _sorted;
    private readonly SearchValues<char> _first;
    private readonly int _longest;

    /// <param name="renderings">Folded.</param>
    public SecretBeginnings(IEnumerable<string> renderings)
    {
        _sorted = [.. renderings.Where(static rendering => rendering.Length >= SecretRegistry.MinLength).Order(StringComparer.Ordinal)];
        _first = SearchValues.Create([.. _sorted.Select(static rendering => rendering[0]).Distinct()]);
        _longest = _sorted.Length == 0 ? 0 : _sorted.Max(static rendering => rendering.Length);
    }

    public static SecretBeginnings None { get; } = new([]);

    /// <summary>Characters of the longest rendering.</summary>
    public int Longest => _longest;

    /// <summary>Characters at the end of the text that a longer rendering begins with; 0 when there are none.</summary>
    public int Held(ReadOnlySpan<char> folded)
    {
        var at = Math.Max(0, folded.Length - _longest + 1);
        while (at < folded.Length)
        {
            var next = folded[at..].IndexOfAny(_first);
            if (next < 0) return 0;
            at += next;
            if (IsBeginning(folded[at..])) return folded.Length - at;
            at++;
        }

        return 0;
    }

    /// <summary>Of all that begin with the text the least one comes first where the text itself would stand.</summary>
    private bool IsBeginning(ReadOnlySpan<char> text)
    {
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_sorted[middle].AsSpan().SequenceCompareTo(text) <= 0) low = middle + 1;
            else high = middle;
        }

        return low < _sorted.Length && _sorted[low].AsSpan().StartsWith(text, StringComparison.Ordinal);
    }
}
