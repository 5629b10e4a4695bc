using System.Collections.Immutable;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations;

/// <summary>Who is asked first. After a silo has died, its providers are activated one after the other. Those with keys and those that are required
/// decide whether the gate can open, so they come first.</summary>
internal sealed class ProviderPriority(GateProviders seats, ProviderCatalogue catalogue, ISecretSource secrets) : IProviderPriority
{
    private volatile Order? _order;

    private sealed record Order(long Version, ImmutableArray<GateProvider> First, ImmutableArray<GateProvider> Others);

    public ImmutableArray<GateProvider> First => Current().First;

    public ImmutableArray<GateProvider> Others => Current().Others;

    public IEnumerable<GateProvider> Part(long number, int of)
    {
        var order = Current();
        return order.First.Concat(order.Others.Where((_, i) => i % of == number % of));
    }

    private Order Current()
    {
        var version = secrets.Version;
        if (_order is { } known && known.Version == version) return known;
        var first = seats.All.Where(seat => seat.Required || IsConfigured(seat.Id)).ToImmutableArray();
        return _order = new Order(version, first, seats.All.RemoveRange(first));
    }

    private bool IsConfigured(string id) =>
        catalogue.Find(id) is { } provider
        && AccessSelection.Choose(provider, AccessSelection.Values(provider, secrets.Find)).Access is not null;
}
