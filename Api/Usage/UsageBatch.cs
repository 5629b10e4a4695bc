using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Usage;

/// <summary>The events of one call: those to append with their places in the call, and those rejected by their form.</summary>
internal sealed class UsageBatch
{
    public const int MaxEvents = UsageLimits.MaxEvents;

    private readonly ImmutableArray<UsageEvent>.Builder _events = ImmutableArray.CreateBuilder<UsageEvent>();
    private readonly List<int> _places = [];
    private readonly List<UsageRejection> _rejected = [];

    public int Count { get; private set; }

    /// <summary>True when the body was one event, and not a list of them.</summary>
    public bool IsOne { get; private set; }

    /// <summary>True once there are more events than a call may hold.</summary>
    public bool TooMany => Count > MaxEvents;

    /// <summary>The events; can be taken once.</summary>
    public ImmutableArray<UsageEvent> TakeEvents() => _events.DrainToImmutable();

    public void AddOnly(UsageEventRead read)
    {
        IsOne = true;
        Add(read);
    }

    public void Add(UsageEventRead read)
    {
        var index = Count++;
        if (read.Event is { } usage)
        {
            _events.Add(usage);
            _places.Add(index);
        }
        else
        {
            _rejected.Add(new UsageRejection(index, Codes.InvalidRequest, read.Broken ?? "The event is not well-formed."));
        }
    }

    /// <summary>Keeps to the events of one bot: those that name none are its own, those of another are rejected.</summary>
    public void KeepTo(string botId)
    {
        var (events, places) = (_events.ToImmutable(), _places.ToArray());
        _events.Clear();
        _places.Clear();
        for (var i = 0; i < events.Length; i++)
        {
            if (events[i].BotId is { } other && other != botId)
            {
                _rejected.Add(new UsageRejection(places[i], Codes.Forbidden, "A bot's own token reports for that bot alone."));
                continue;
            }

            _events.Add(events[i] with { BotId = botId });
            _places.Add(places[i]);
        }
    }

    /// <summary>All rejections in the order of the call, those of the grain moved to their places in the call.</summary>
    public IEnumerable<UsageRejection> Rejections(ImmutableArray<UsageRejection> byGrain) =>
        _rejected
            .Concat((byGrain.IsDefault ? [] : byGrain).Select(rejection => rejection with { Index = _places[rejection.Index] }))
            .OrderBy(rejection => rejection.Index);
}
