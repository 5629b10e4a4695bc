using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Tests.Cluster;

namespace ControlPlane.Grains.Tests.Integrations;

public sealed class ProviderPriorityTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(userPath: null);
    private readonly TestSecrets _secrets = new();
    private readonly GateProviders _seats = new([.. s_catalogue.Providers.Select(p => new GateProvider(p.Id, p.Name, p.Category, p.Id == "oanda", true))]);
    private readonly ProviderPriority _order;

    public ProviderPriorityTests() => _order = new(_seats, s_catalogue, _secrets);

    [Fact]
    public void First_AreRequiredAndConfiguredOnes_AsSoonAsTheirKeysAreThere()
    {
        Assert.Equal(["oanda"], _order.First.Select(s => s.Id));
        _secrets.Set("POLYGON_API_KEY", "polygon-key-for-the-test-0001");
        Assert.Equal(["oanda", "polygon"], _order.First.Select(s => s.Id).Order());
        Assert.Equal(_seats.All.Select(s => s.Id).Order(), _order.First.Concat(_order.Others).Select(s => s.Id).Order());
    }

    [Fact]
    public void Part_HasTheFirstEachTime_AndEveryOtherOnceWithinTheRound()
    {
        const int Of = 5;
        var parts = Enumerable.Range(3, Of).Select(number => _order.Part(number, Of).Select(s => s.Id).ToArray()).ToArray();
        Assert.All(parts, part => Assert.Contains("oanda", part));
        Assert.Equal(_order.Others.Select(s => s.Id).Order(), parts.SelectMany(part => part).Where(id => id != "oanda").Order());
    }
}
