using System.Diagnostics;
using ControlPlane.Api.Alerts;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Bots.Traces;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Components;
using ControlPlane.Api.Gateway;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Http;
using ControlPlane.Api.Integrations;
using ControlPlane.Api.Live;
using ControlPlane.Api.Live.Hub;
using ControlPlane.Api.OpenApi;
using ControlPlane.Api.Security;
using ControlPlane.Api.Session;
using ControlPlane.Api.Stores;
using ControlPlane.Api.SystemControl;
using ControlPlane.Api.Telemetry;
using ControlPlane.Api.Traces;
using ControlPlane.Api.Usage;
using ControlPlane.Contracts;
using ControlPlane.Dashboard;
using ControlPlane.Dashboard.Session;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Silo.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api;

/// <summary>The API and the page, on whatever cluster the host brings. It has no store of its own.</summary>
/// <remarks>Expected from the host: <c>IGrainFactory</c>, <c>IGate</c>, <see cref="NodeGate"/>, <c>ISecretSource</c>, <c>ISecretRegistry</c>,
/// <c>ProviderCatalogue</c>.</remarks>
public static class ApiComposition
{
    public static WebApplicationBuilder AddControlPlaneApi(this WebApplicationBuilder builder)
    {
        // A traceparent that is not W3C must not become part of our ids.
        Activity.DefaultIdFormat = ActivityIdFormat.W3C;
        Activity.ForceDefaultIdFormat = true;

        // Its catch-all for files that are new since the build would answer 404 where 405 is due.
        builder.Configuration.AddInMemoryCollection([new("ReloadStaticAssetsAtRuntime", "false")]);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Bullets in a provider's header are bytes of UTF-8.
            kestrel.ResponseHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
            kestrel.Limits.MaxRequestBodySize = IngestBudget.MaxBodyBytes;
        });

        var services = builder.Services;
        services.AddApiSettings(builder.Configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => DataFolder.From(provider.GetRequiredService<IConfiguration>()));
        services.AddRequestLogFilter();
        services.AddHostedService<ClearTextWarning>();
        services.ConfigureHttpJsonOptions(json => ControlPlaneJson.Configure(json.SerializerOptions));
        services.AddControlPlaneSecurity();
        services.AddControlPlaneOpenApi();
        services.AddReaders();
        services.AddGateway();
        builder.AddControlPlaneTelemetry();
        services.AddLiveFeed();
        services.AddPageCompression();
        services.AddRazorComponents().AddInteractiveWebAssemblyComponents();
        services.AddHttpContextAccessor();
        services.AddScoped<IPageSeedSource, PageSeedReader>();
        services.AddDashboard();
        services.AddDataProtectionInMemory();
        return builder;
    }

    public static WebApplication UseControlPlaneApi(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<IOptions<ApiOptions>>().Value;
        NarrowDataFolder(app);
        app.Services.GetRequiredService<TokenSettings>().Check();

        app.UseTrustedProxies();
        app.UseGateway();
        app.UseMiddleware<HeadRequests>();
        app.UseMiddleware<RequestTrace>();
        app.UseMiddleware<ResponseHeaders>();
        app.UseMiddleware<ErrorBoundary>();
        app.UseMiddleware<UnknownPage>();
        app.UseMiddleware<QueryTokens>();
        app.UseMiddleware<BodyLimits>();
        app.UseMiddleware<KeepAliveTransport>();
        app.UseWebSockets();
        app.UseRouting();
        app.UsePageCompression();
        app.UseAuthentication();
        app.UseMiddleware<ClosedByDefault>();
        app.UseMiddleware<SameOrigin>();
        app.UseAuthorization();
        app.UseMiddleware<HubOrigin>();
        app.UseAntiforgery();

        app.MapMetrics();
        var api = app.MapGroup("").AddEndpointFilter<RouteGroupBuilder, IgnoredFieldsAnswer>();
        api.MapHealth();
        api.MapSession();
        api.MapSystemStatus();
        api.MapPastStatus();
        api.MapSystemControl();
        api.MapKillDrills();
        api.MapLive();
        api.MapComponents();
        api.MapIntegrations();
        api.MapVerify();
        api.MapTestCall();
        api.MapSecretsCheck();
        api.MapUsage();
        api.MapBots();
        api.MapBotControl();
        api.MapAutonomy();
        api.MapNextTiers();
        api.MapRunners();
        api.MapPermit();
        api.MapTraces();
        api.MapTraceLists();
        api.MapTraceSearch();
        api.MapOrders();
        api.MapAudit();
        api.MapAlerts();
        app.MapControlPlaneOpenApi();
        app.MapOrleansDashboardPages();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveWebAssemblyRenderMode().AddAdditionalAssemblies(typeof(DashboardServices).Assembly);
        return app;
    }

    private static void NarrowDataFolder(WebApplication app)
    {
        try
        {
            DataFolderRights.Narrow(app.Services.GetRequiredService<DataFolder>().Path, app.Services.GetRequiredService<ILogger<DataFolder>>());
        }
        catch (InvalidOperationException e)
        {
            throw new WrongSettingException(DataFolder.Key.Replace(":", "__", StringComparison.Ordinal), e.Message, "name a folder of its own");
        }
    }

    private static void AddReaders(this IServiceCollection services)
    {
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<KilledVenues>();
        services.AddHostedService<KilledVenuesRetry>();
        services.AddSingleton<KillSwitches>();
        services.AddSingleton<KnownKills>();
        services.AddSingleton<IngestBudget>();
        services.AddSingleton<UsageIntake>();
        services.AddSingleton<StoreReadiness>();
        services.AddSingleton<SystemStatusReader>();
        services.AddSingleton<SystemStatusDocuments>();
        services.AddSingleton<IntegrationReader>();
        services.AddSingleton<IntegrationsDocuments>();
        services.AddSingleton<ReadYourWritesVersion>();

        // A store that hangs says nothing about the cluster, and the other way round.
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ClusterReads>(provider, ActivatorUtilities.CreateInstance<AdaptiveReadTimeout>(provider)));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<StoreReads>(provider, ActivatorUtilities.CreateInstance<AdaptiveReadTimeout>(provider)));
    }
}
