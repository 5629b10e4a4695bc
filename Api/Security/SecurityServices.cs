using ControlPlane.Api.Cluster;
using ControlPlane.Api.Session;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Secrets.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Api.Security;

/// <summary>Registers who may call.</summary>
internal static class SecurityServices
{
    public static IServiceCollection AddControlPlaneSecurity(this IServiceCollection services)
    {
        services.AddSingleton<OperatorTokenFile>();
        services.AddSingleton<IOperatorTokenFile>(static provider => provider.GetRequiredService<OperatorTokenFile>());
        services.TryAddSingleton<CallerSignatures>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<ComponentToken>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<BotGenerations>(provider, ActivatorUtilities.CreateInstance<AdaptiveReadTimeout>(provider)));
        services.AddSingleton<TokenSettings>();
        services.AddSingleton<PageOrigin>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<SignInLimiter>();
        services.AddSingleton<ISessionRevocations>(provider =>
            ActivatorUtilities.CreateInstance<ClusterRevocations>(provider, ActivatorUtilities.CreateInstance<AdaptiveReadTimeout>(provider)));
        services
            .AddAuthentication(ControlPlaneAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ControlPlaneAuthentication>(ControlPlaneAuthentication.SchemeName, configureOptions: null);
        var authorization = services.AddAuthorizationBuilder();
        foreach (var role in Roles.Rising) authorization.AddPolicy(role, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => RoleRule.Admits(context, role)));
        authorization.AddPolicy(ComponentToken.Role, policy => policy.RequireAuthenticatedUser().RequireAssertion(ComponentToken.Admits));
        return services;
    }
}
