using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts.Policy;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Grains.Alerts.Watching;

/// <summary>Collects the gate's changes between two checks, so that a flap faster than the checks is seen.</summary>
internal sealed class AlertFeed : IDisposable
{
    /// <summary>Decisions that are kept; with more between two looks the oldest go.</summary>
    private const int Most = 256;

    private readonly NodeGate _gate;
    private readonly Lock _lock = new();
    private readonly Queue<(GateSnapshot? Snapshot, bool Live)> _heard = new();

    public AlertFeed(NodeGate gate)
    {
        _gate = gate;
        _gate.Changed += OnChanged;
    }

    /// <summary>The current state, and the changes since the last call.</summary>
    public (NodeGateReading Now, ImmutableArray<(GateSnapshot? Snapshot, bool Live)> Before) Take()
    {
        var now = _gate.Read();
        lock (_lock)
        {
            ImmutableArray<(GateSnapshot?, bool)> before = [.. _heard];
            _heard.Clear();
            return (now, before);
        }
    }

    public void Dispose() => _gate.Changed -= OnChanged;

    private void OnChanged()
    {
        var reading = _gate.Read();
        lock (_lock)
        {
            if (_heard.Count == Most) _heard.Dequeue();
            _heard.Enqueue((reading.Snapshot, reading.IsLive));
        }
    }

    /// <summary>Present, passed and interrupted causes from the facts now and the decisions before.</summary>
    public static AlertSighting See(AlertFacts now, ImmutableArray<(GateSnapshot? Snapshot, bool Live)> before, AlertOptions options)
    {
        var present = AlertCauses.Of(now, options);
        var passed = ImmutableDictionary.CreateBuilder<string, AlertCause>(StringComparer.Ordinal);
        var interrupted = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var (snapshot, live) in before)
        {
            var then = AlertCauses.Of(now with { Gate = snapshot, GateLive = live }, options);
            foreach (var (key, cause) in then) if (!present.ContainsKey(key)) passed[key] = cause;
            foreach (var key in present.Keys) if (!then.ContainsKey(key)) interrupted.Add(key);
        }

        return new() { Present = present, Passed = passed.ToImmutable(), Interrupted = interrupted.ToImmutable(), Unknown = AlertCauses.Unknown(now) };
    }
}
