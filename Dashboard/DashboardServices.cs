using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Feed;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Keys;
using ControlPlane.Dashboard.Link;
using ControlPlane.Dashboard.Session;
using ControlPlane.Dashboard.Views.Alerts;
using ControlPlane.Dashboard.Views.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Dashboard;

/// <summary>Services of the page; the same in the browser and where it is prerendered.</summary>
public static class DashboardServices
{
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddScoped<IPageSeedSource, NoPageSeed>();
        services.TryAddScoped<IFeedTransport, HubTransport>();
        return services
            .AddScoped<SessionClient>()
            .AddScoped<SessionState>()
            .AddScoped<ApiClient>()
            .AddScoped<BrowserBridge>()
            .AddScoped<LocalClock>()
            .AddScoped<FeedStore>()
            .AddScoped<LinkMonitor>()
            .AddScoped<LiveFeed>()
            .AddScoped<KeyHub>()
            .AddScoped<PageCommands>()
            .AddScoped<KillPrompt>()
            .AddScoped<ActPrompt>()
            .AddScoped<Toasts>()
            .AddScoped<OpenAlerts>()
            .AddScoped<ConnectionActions>();
    }
}
