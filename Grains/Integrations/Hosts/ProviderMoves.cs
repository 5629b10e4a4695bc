using System.Collections.Concurrent;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Grains.Integrations.Hosts;

/// <summary>Tells a provider that came here from another silo from one that starts with its process. This process has seen the former connected,
/// so the cluster was running; after a crash of all of it nothing was seen yet.</summary>
internal sealed class ProviderMoves(TimeProvider time) : IGateListener
{
    /// <summary>Moves of a provider to this node within ten minutes that are verified at once; more look like a loop.</summary>
    public const int Free = 10;

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Queue<long>> _seen = new(StringComparer.Ordinal);

    public void Heard(GateUpdate update, HostMoment askedAt)
    {
        foreach (var provider in update.System?.Providers.Values ?? [])
        {
            if (provider.Connected) _seen.TryAdd(provider.Provider, new());
        }
    }

    /// <summary>Whether the provider that activates here now has moved, and may be verified at once for it.</summary>
    public bool Claim(string provider)
    {
        if (!_seen.TryGetValue(provider, out var moves)) return false;
        lock (moves)
        {
            while (moves.TryPeek(out var oldest) && time.GetElapsedTime(oldest) > s_window) moves.Dequeue();
            if (moves.Count >= Free) return false;
            moves.Enqueue(time.GetTimestamp());
            return true;
        }
    }
}
