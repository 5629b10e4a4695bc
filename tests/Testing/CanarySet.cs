using System.Text;

namespace ControlPlane.Testing;

/// <summary>Canaries of one test, and the proof that none of them got out: not whole, not as a piece of 12 characters, in no encoding,
/// and in bytes neither as UTF-8, as UTF-16 nor compressed.</summary>
public sealed class CanarySet
{
    /// <summary>Length of the shortest piece that counts as a leak.</summary>
    public const int Piece = 12;

    private readonly List<Canary> _canaries = [];

    // Encoded pieces by their first 12 characters: none is shorter.
    private readonly Dictionary<string, List<(string Text, string What)>> _pieces = new(StringComparer.Ordinal);

    public IReadOnlyList<Canary> All => _canaries;

    /// <summary>Values by variable, as an environment would hold them.</summary>
    public IReadOnlyDictionary<string, string> Values => _canaries.ToDictionary(canary => canary.Name, canary => canary.Value, StringComparer.Ordinal);

    /// <summary>Makes a canary for a variable. Build prefixes of real providers from parts: scanners read test code too.</summary>
    public Canary Plant(string name, string prefix = "", int length = 40, string alphabet = CanaryAlphabet.Alphanumeric)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Piece);
        return Watch(new Canary(name, prefix, CanaryAlphabet.Draw(alphabet, length)));
    }

    /// <summary>Looks out for a value that was made elsewhere.</summary>
    public Canary Watch(Canary canary)
    {
        _canaries.Add(canary);
        for (var i = 0; i + Piece <= canary.Random.Length; i++)
        {
            foreach (var (encoding, text) in CanaryEncodings.OfPiece(canary.Random.Substring(i, Piece)))
                AddPiece(text, $"{canary} ({encoding})");
        }
        return canary;
    }

    /// <summary>What of the canaries stands in a text, or null.</summary>
    public string? Find(string text)
    {
        var pieces = _pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var i = 0; i + Piece <= text.Length; i++)
        {
            if (!pieces.TryGetValue(text.AsSpan(i, Piece), out var candidates))
                continue;
            foreach (var (piece, what) in candidates)
            {
                if (text.AsSpan(i).StartsWith(piece, StringComparison.Ordinal))
                    return what;
            }
        }
        return null;
    }

    /// <summary>What of the canaries stands in bytes as UTF-8, as UTF-16 at either place, or behind gzip, zlib or deflate; or null.</summary>
    public string? Find(ReadOnlySpan<byte> bytes)
    {
        var found = Find(Encoding.Latin1.GetString(bytes))
            ?? Find(Encoding.Unicode.GetString(bytes))
            ?? (bytes.Length > 1 ? Find(Encoding.Unicode.GetString(bytes[1..])) : null);
        if (found is not null)
            return found;
        foreach (var unpacked in CompressedParts.Of(bytes.ToArray()))
        {
            if (Find(unpacked) is { } inside)
                return inside + ", compressed";
        }
        return null;
    }

    /// <exception cref="CanaryFoundException">A canary is there.</exception>
    public void AssertAbsent(string text, string where = "the text")
    {
        if (Find(text) is { } found)
            throw new CanaryFoundException($"{found} stands in {where}.");
    }

    /// <exception cref="CanaryFoundException">A canary is there.</exception>
    public void AssertAbsent(ReadOnlySpan<byte> bytes, string where = "the bytes")
    {
        if (Find(bytes) is { } found)
            throw new CanaryFoundException($"{found} stands in {where}.");
    }

    /// <summary>The mutation check: a harness that cannot see a canary that is there proves nothing.</summary>
    /// <exception cref="CanaryFoundException">The canary is not there.</exception>
    public void AssertPresent(string text, string where = "the text")
    {
        if (Find(text) is null)
            throw new CanaryFoundException($"No canary stands in {where}, though one was sent there: it is not really watched.");
    }

    private void AddPiece(string text, string what)
    {
        var start = text[..Piece];
        if (!_pieces.TryGetValue(start, out var candidates))
            _pieces[start] = candidates = [];
        if (!candidates.Any(candidate => string.Equals(candidate.Text, text, StringComparison.Ordinal)))
            candidates.Add((text, what));
    }
}
