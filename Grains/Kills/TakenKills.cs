using System.Collections.Immutable;

namespace ControlPlane.Grains.Kills;

/// <summary>Ids of the kills that a switch has taken, the last ones only.</summary>
internal sealed class TakenKills
{
    private const int Kept = 64;

    public ImmutableArray<Guid> Ids { get; private set; } = [];

    public void Restore(ImmutableArray<Guid> ids) => Ids = ids.IsDefault ? [] : ids;

    public bool Contains(Guid id) => Ids.Contains(id);

    public void Add(Guid id)
    {
        if (!Contains(id)) Ids = [.. Ids.Add(id).TakeLast(Kept)];
    }
}
