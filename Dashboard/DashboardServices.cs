using ControlPlane.Dashboard.Session;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Dashboard;

/// <summary>Services of the page; the same in the browser and where it is prerendered.</summary>
public static class DashboardServices
{
    public static IServiceCollection AddDashboard(this IServiceCollection services) => services.AddScoped<SessionClient>();
}
