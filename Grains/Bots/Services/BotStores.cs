using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace ControlPlane.Grains.Bots.Services;

/// <summary>Where bots keep what must last.</summary>
internal sealed class BotStores(
    [FromKeyedServices(StateNames.Provider)] IGrainStorage states,
    IBotIndex index,
    ITransitionStore transitions,
    IRiskStore risk,
    IGatewayOrderStore gatewayOrders)
{
    public IGrainStorage States => states;

    public IBotIndex Index => index;

    public ITransitionStore Transitions => transitions;

    public IRiskStore Risk => risk;

    public IGatewayOrderStore GatewayOrders => gatewayOrders;
}
