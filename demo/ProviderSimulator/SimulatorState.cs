using ControlPlane.ProviderSimulator.Books;
using ControlPlane.ProviderSimulator.Control;
using ControlPlane.ProviderSimulator.Faults;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Live;
using ControlPlane.ProviderSimulator.Market;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator;

/// <summary>All that the control calls change and look at.</summary>
internal sealed class SimulatorState(IReadOnlyList<ProviderScript> scripts, SimulatedMarket? market, TimeProvider time)
{
    private readonly Dictionary<string, ProviderScript> _byId = scripts.ToDictionary(static script => script.Id);

    public IReadOnlyList<ProviderScript> Scripts { get; } = scripts;
    public KeyRegistry Keys { get; } = new();
    public FaultRegistry Faults { get; } = new();
    public RequestLog Requests { get; } = new();
    public ConcurrencyMeter Concurrency { get; } = new();

    /// <summary>The order books of brokers.</summary>
    public BookDesk Books { get; } = new();

    /// <summary>Null when the providers give their scripted answers alone.</summary>
    public SimulatedMarket? Market { get; } = market;
    public LiveAnswers? Live { get; } = market is null ? null : new LiveAnswers(market, time);

    public ProviderScript? Script(string provider) => _byId.GetValueOrDefault(provider);

    /// <summary>Registers a key, or says which rule the order breaks.</summary>
    public string? TryPut(string provider, KeyOrder order)
    {
        if (Script(provider) is not { } script)
            return $"{provider}: there is no script for this provider.";
        if (order.Values.Count == 0 || order.Values.Any(static pair => pair.Value.Length == 0))
            return $"{provider}: values: must not be empty.";
        if (!IsRegistrable(script, order.State))
            return $"{provider}: state: must be one of {string.Join(", ", KeyState.Registrable)}, or another that the script answers.";

        Keys.Put(provider, order.Values, order.State);
        return null;
    }

    /// <summary>Orders a fault, or says which rule the order breaks.</summary>
    public string? TrySet(string provider, FaultOrder order)
    {
        if (Script(provider) is null)
            return $"{provider}: there is no script for this provider.";
        if (order.DelayMs < 0 || order.RetryAfterS < 0 || order.Count < 0)
            return $"{provider}: delay_ms, retry_after_s, count: must not be negative.";
        Faults.Set(provider, order);
        return null;
    }

    private static bool IsRegistrable(ProviderScript script, string state) =>
        KeyState.Registrable.Contains(state, StringComparer.Ordinal)
        || (!KeyState.IsRefusal(state) && script.Routes.Any(route => route.Answers.ContainsKey(state)));
}
