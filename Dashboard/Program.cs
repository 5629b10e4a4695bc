using ControlPlane.Dashboard;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.Services.AddDashboard();
await builder.Build().RunAsync();
