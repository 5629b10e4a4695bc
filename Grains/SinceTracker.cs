using System.Collections.Immutable;

namespace ControlPlane.Grains;

/// <summary>One look at things that stand for a while. A thing keeps its first instant over an unbroken row of looks; one that a look
/// does not ask for is forgotten.</summary>
/// <param name="known"><see cref="Seen"/> of the look before.</param>
internal sealed class SinceTracker<TKey>(IReadOnlyDictionary<TKey, DateTimeOffset> known)
    where TKey : notnull
{
    private readonly ImmutableDictionary<TKey, DateTimeOffset>.Builder _seen = ImmutableDictionary.CreateBuilder<TKey, DateTimeOffset>();

    public ImmutableDictionary<TKey, DateTimeOffset> Seen => _seen.ToImmutable();

    /// <param name="told">Since when it stands by this look alone. What was known before is taken only when it is earlier.</param>
    public DateTimeOffset Of(TKey key, DateTimeOffset told)
    {
        var since = known.TryGetValue(key, out var first) && first < told ? first : told;
        return _seen[key] = _seen.TryGetValue(key, out var same) && same < since ? same : since;
    }
}
