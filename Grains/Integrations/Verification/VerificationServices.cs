using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Integrations.Verification.Services;
using ControlPlane.Grains.Integrations.Verification.Sessions;
using ControlPlane.Grains.Integrations.Verification.Signing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Integrations.Verification;

/// <summary>Registers what verifying needs.</summary>
internal static class VerificationServices
{
    /// <summary>The catalogue (from <see cref="CatalogueOptions"/>; a broken one throws <see cref="CatalogueException"/> when first
    /// asked for) and <see cref="IVerifier"/>.</summary>
    public static IServiceCollection AddIntegrationVerification(this IServiceCollection services)
    {
        services.AddOptions<CatalogueOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => CatalogueLoader.Load(provider.GetRequiredService<IOptions<CatalogueOptions>>().Value.Path));

        services.TryAddSingleton<IHostResolver, SystemHostResolver>();
        services.TryAddSingleton(NetworkPolicy.None);
        services.TryAddSingleton<ProviderHttp>();
        services.TryAddSingleton<ProviderExchange>();
        services.TryAddSingleton<ProbeSender>();
        foreach (var signer in s_signers)
            services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IRequestSigner), signer));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDerivedValues, HyperliquidAddress>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IVerifyKind, HttpVerify>());
        services.TryAddSingleton<SessionVerify>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IVerifyKind, SessionVerify>(static provider => provider.GetRequiredService<SessionVerify>()));
        services.TryAddSingleton<ServiceConnections>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceHandshake, RedisHandshake>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IVerifyKind, ServiceVerify>());
        services.TryAddSingleton<IVerifier, Verifier>();
        return services;
    }

    private static readonly Type[] s_signers =
    [
        typeof(AwsSigner), typeof(BinanceSigner), typeof(BingxSigner), typeof(BitgetSigner), typeof(BitmexSigner), typeof(BybitSigner), typeof(CoinbaseSigner),
        typeof(DeribitSigner), typeof(GateSigner), typeof(HtxSigner), typeof(KrakenFuturesSigner), typeof(KrakenSigner), typeof(KuCoinSigner), typeof(MexcSigner),
        typeof(OkxSigner), typeof(QuantConnectSigner),
    ];
}
