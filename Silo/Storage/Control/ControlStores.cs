using ControlPlane.Grains;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Silo.Storage.Control.Alerts;
using ControlPlane.Silo.Storage.Control.Autonomy;
using ControlPlane.Silo.Storage.Control.Risk;
using ControlPlane.Silo.Storage.Control.Traces;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Silo.Storage.Seals.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Silo.Storage.Control;

/// <summary>Registers the control stores, whichever database they are on.</summary>
internal static class ControlStores
{
    public static void AddControlStores(this IServiceCollection services)
    {
        services.TryAddSingleton(new Currencies(new RiskOptions()));
        services.AddSingleton<LedgerSeals>();
        services.AddSingleton<ISealedLedger, SealedLedger>();
        services.AddSingleton<IVerificationStore, VerificationStore>();
        services.AddSingleton<ITransitionStore, TransitionStore>();
        services.AddSingleton<IKillDrillStore, KillDrillStore>();
        services.AddSingleton<IAuditStore, AuditStore>();
        services.AddSingleton<IBotIndex, BotIndex>();
        services.AddSingleton<ILedgerUpgradeStore, LedgerUpgradeStore>();
        services.AddSingleton<IDecisionStore, DecisionStore>();
        services.AddSingleton<INoTradeStore, NoTradeStore>();
        services.AddSingleton<ITradeStore, TradeStore>();
        services.AddSingleton<ICycleStore, CycleStore>();
        services.AddSingleton<IBotActivityStore, BotActivityStore>();
        services.AddSingleton<ITraceIndex, TraceIndex>();
        services.AddSingleton<IRiskStore, RiskStore>();
        services.AddSingleton<IGatewayOrderStore, GatewayOrderStore>();
        services.AddSingleton<IAutonomyEvidenceStore, AutonomyEvidenceStore>();
        services.AddSingleton<IAlertStore, AlertStore>();
    }
}
