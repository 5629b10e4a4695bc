namespace ControlPlane.Grains.Risk;

/// <summary>How far an order got that goes through the gateway. Each step is on disk before the next is taken.</summary>
public static class PassageState
{
    /// <summary>Evaluated; nothing has left.</summary>
    public const string Granted = "granted";

    /// <summary>It may have left. What became of it is known from the provider alone; it is never sent again.</summary>
    public const string Sent = "sent";

    /// <summary>The provider has told of it.</summary>
    public const string Answered = "answered";
}

/// <summary>The way of an order through the gateway.</summary>
/// <param name="Environment">As the provider was addressed: <c>live</c>, <c>paper</c>, <c>testnet</c> or <c>demo</c>.</param>
/// <param name="Operation">Method and route.</param>
/// <param name="RequestHash">SHA-256 of what the request said, in lower-case hex.</param>
/// <param name="Route">What look-ups need again, as a JSON object of texts.</param>
public sealed record OrderPassage(string Provider, string? Environment, string Operation, string RequestHash, string Route)
{
    public string State { get; init; } = PassageState.Granted;

    /// <summary>The provider's id of the order.</summary>
    public string? ProviderOrderId { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>Look-ups since it was last known.</summary>
    public int Lookups { get; init; }

    /// <summary>When somebody must look after it; null when nothing is left to do.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Units that the gateway saw filled. It only grows.</summary>
    public decimal Seen { get; init; }

    /// <summary>Average price of <see cref="Seen"/>.</summary>
    public decimal? SeenPrice { get; init; }

    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Units of <see cref="Seen"/> that later exits have closed, or, of an exit, that have closed what was held.</summary>
    public decimal Matched { get; init; }

    /// <summary>What <see cref="Matched"/> of an exit has realised, of an order from before <see cref="Booked"/>.</summary>
    public decimal? SeenPnl { get; init; }

    /// <summary>Fees of <see cref="Seen"/> in the bot's currency; null while the provider told none. A cost is above 0.</summary>
    public decimal? SeenFee { get; init; }

    /// <summary>Units of <see cref="Seen"/> of which it is reckoned what they cost or realised; null for an order from before that was reckoned.</summary>
    public decimal? Booked { get; init; }

    /// <summary>Something is filled of which the price or the fees are still to be asked for.</summary>
    public bool AwaitsFills => Booked is { } booked && Seen > booked && SeenPrice is null;

    /// <summary>Average price and fees of <see cref="Booked"/>.</summary>
    public decimal? BookedPrice { get; init; }

    public decimal? BookedFee { get; init; }
}
