using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>Events that are sent together and share their fate.</summary>
internal sealed class UsageBatch
{
    private readonly ImmutableArray<UsageEvent>.Builder _events = ImmutableArray.CreateBuilder<UsageEvent>();
    private readonly TaskCompletionSource<bool> _fate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count => _events.Count;

    public Task<bool> Fate => _fate.Task;

    /// <summary>Whether somebody may wait for its fate: the gateway waits for none of the calls that it observed.</summary>
    public bool IsAwaited { get; private set; }

    public void Add(UsageEvent call)
    {
        _events.Add(call);
        IsAwaited |= call.Source != UsageSource.Observed;
    }

    /// <summary>The events; nothing may be added any more.</summary>
    public ImmutableArray<UsageEvent> Close() => _events.ToImmutable();

    public void End(bool committed) => _fate.TrySetResult(committed);
}
