using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Risk;

/// <summary>How an order gets from its grant to its end. An order leaves once at most: only from granted to sent.</summary>
internal static class PassagePolicy
{
    /// <summary>How long an answer may take before the order is looked up.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    /// <summary>Look-ups in a row after which nobody asks for fills any more: a quarter of an hour.</summary>
    private const int MostForFills = 20;
    private static readonly TimeSpan s_soonest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    public static OrderPassage Grant(GatewayGrant grant, DateTimeOffset at, TimeSpan openFor) =>
        new(grant.Provider, grant.Environment, grant.Operation, grant.RequestHash, grant.Route) { DueAt = at + openFor, Booked = 0 };

    /// <summary>Null when it must not be sent: it was sent before, or has ended.</summary>
    public static GrantedOrder? Sending(GrantedOrder order, DateTimeOffset now) =>
        order is { Status: OrderStatus.Open, Passage: { State: PassageState.Granted } passage }
            ? order with { Passage = passage with { State = PassageState.Sent, SentAt = now, DueAt = now + AnswerWithin, Lookups = 0 } }
            : null;

    /// <summary>A grant of which nothing left ends, and gives its client id back.</summary>
    public static GrantedOrder? Unsent(GrantedOrder order, DateTimeOffset now) =>
        order is { Status: OrderStatus.Open, Passage.State: PassageState.Granted } ? order.Ended(OrderStatus.Revoked, now) : null;

    /// <summary>It was put down as sent, and whoever was to send it knows that nothing left.</summary>
    public static GrantedOrder? NotSent(GrantedOrder order, DateTimeOffset now) =>
        order is { Status: OrderStatus.Open, Passage: { State: PassageState.Sent, Seen: 0, ProviderOrderId: null } } ? order.Ended(OrderStatus.Revoked, now) : null;

    /// <summary>The order after the provider told of it. Fills only grow, and an order that was taken for dead lives again when the provider has it.</summary>
    /// <param name="openFor">How long an order counts as open without word.</param>
    /// <param name="fillsApart">Price or fees of what is filled must be asked for: until then it is not known what it realises.</param>
    public static GrantedOrder? Seen(GrantedOrder order, OrderSight sight, DateTimeOffset now, TimeSpan openFor, bool fillsApart = false)
    {
        if (order.Passage is not { } passage) return null;
        if (sight.Refused)
            return order.Status == OrderStatus.Open && passage.Seen == 0 && passage.State == PassageState.Sent && passage.ProviderOrderId is null ? End(order, passage, OrderStatus.Rejected, now) : null;

        var filled = Math.Max(passage.Seen, sight.Filled ?? (sight.State == OrderStatus.Filled ? order.Quantity : 0));
        var after = passage with
        {
            ProviderOrderId = sight.ProviderOrderId ?? passage.ProviderOrderId,
            State = PassageState.Answered,
            AnsweredAt = passage.AnsweredAt ?? now,
            Lookups = 0,
            Seen = filled,
            SeenPrice = filled > passage.Seen ? sight.AveragePrice : passage.SeenPrice ?? sight.AveragePrice,
            SeenAt = filled > passage.Seen ? now : passage.SeenAt,
            SeenFee = sight.Fee ?? passage.SeenFee,

            // Granted before fills were booked, and not filled since.
            Booked = passage.Booked ?? (passage.Seen == 0 ? 0 : null),
        };

        var awaits = fillsApart && after.Booked is { } booked && filled > booked;
        if (awaits) after = Awaiting(after, passage, now);

        // Of money instead of units, more or less than was granted may be filled.
        var known = order with { Quantity = Math.Max(order.Quantity, filled) };
        return sight.State switch
        {
            OrderStatus.Filled => End(known with { Quantity = sight.Filled > 0 ? filled : known.Quantity }, after, OrderStatus.Filled, now, awaits),
            OrderStatus.Canceled or OrderStatus.Rejected => End(known, after, filled > 0 ? OrderStatus.Canceled : sight.State, now, awaits),

            // An older list than what is known.
            OrderStatus.Open when order.Status == OrderStatus.Filled && filled >= order.Quantity => known with { Passage = after },
            OrderStatus.Open => Work(known with { Status = OrderStatus.Open, EndedAt = null }, after, now, openFor, awaits),
            _ => order.Status == OrderStatus.Open ? Work(known, after, now, openFor, awaits) : known with { Passage = after },
        };
    }

    /// <summary>When a look-up told nothing: the next one, further away each time. Null when there is nothing to look up.</summary>
    public static GrantedOrder? Postponed(GrantedOrder order, DateTimeOffset now)
    {
        if (order.Passage is not { DueAt: { } due } passage || due > now || passage.State == PassageState.Granted) return null;
        var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(passage.Lookups, 10)));
        return order with { Passage = passage with { Lookups = passage.Lookups + 1, DueAt = now + (pause < s_longestPause ? pause : s_longestPause) } };
    }

    /// <summary>Nobody knows how it stands: it is looked up at once.</summary>
    public static GrantedOrder? DueNow(GrantedOrder order, DateTimeOffset now) =>
        order is { Status: OrderStatus.Open, Passage: { State: not PassageState.Granted } passage } ? order with { Passage = passage with { DueAt = now, Lookups = 0 } } : null;

    /// <summary>Asked for at once when more is filled; else as the look-ups go on, which end after a time.</summary>
    private static OrderPassage Awaiting(OrderPassage after, OrderPassage before, DateTimeOffset now)
    {
        var more = after.Seen > before.Seen;
        return after with { SeenPrice = more ? null : before.SeenPrice, SeenFee = before.SeenFee, Lookups = more ? 0 : before.Lookups, DueAt = more ? now : before.Lookups < MostForFills ? before.DueAt ?? now : null };
    }

    private static GrantedOrder Work(GrantedOrder order, OrderPassage passage, DateTimeOffset now, TimeSpan openFor, bool awaits) =>
        order with { RenewedAt = now, Passage = awaits && passage.DueAt is not null ? passage : passage with { DueAt = now + Pause(now - (passage.SentAt ?? order.GrantedAt), openFor / 3) } };

    /// <summary>A young order is looked at often, an old one within its time.</summary>
    private static TimeSpan Pause(TimeSpan age, TimeSpan longest) => age < s_soonest ? s_soonest : age < longest ? age : longest;

    private static GrantedOrder End(GrantedOrder order, OrderPassage passage, string status, DateTimeOffset now, bool awaits = false) =>
        order with { Status = status, EndedAt = order.EndedAt ?? now, Passage = passage with { State = PassageState.Answered, AnsweredAt = passage.AnsweredAt ?? now, DueAt = awaits ? passage.DueAt : null } };
}
