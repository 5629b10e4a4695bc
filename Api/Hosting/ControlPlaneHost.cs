using ControlPlane.Api.Demo;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Gateway;
using ControlPlane.Api.Security;
using ControlPlane.Grains;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Hosting.Cluster;
using ControlPlane.Silo.Hosting.Settings;
using ControlPlane.Silo.Logging;
using ControlPlane.Silo.Storage;
using ControlPlane.Silo.Storage.Embedded;

namespace ControlPlane.Api.Hosting;

/// <summary>API and page: over a silo in the same process, or as a front end of a cluster.</summary>
internal static class ControlPlaneHost
{
    public const string DemoSwitch = "--demo";
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>Exit code for a wrong setting: nothing has been started.</summary>
    public const int WrongSetting = 2;

    /// <summary>Exit code when something that the process needs could not be had.</summary>
    public const int CannotStart = 1;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Any(a => a is "--help" or "-h" or "-?"))
        {
            await Console.Out.WriteLineAsync(CommandLineHelp.Text);
            return 0;
        }

        try
        {
            if (args is [TokenCommand.Name, .. var rest])
            {
                await Console.Out.WriteLineAsync(TokenCommand.Write(rest));
                return 0;
            }

            if (args.Contains("--catalogue"))
            {
                await Console.Out.WriteAsync(CatalogueDocument.Write(CatalogueLoader.Load(null)));
                return 0;
            }

            if (args.Contains("--catalogue-schema"))
            {
                await Console.Out.WriteAsync(CatalogueSchema.Write());
                return 0;
            }

            CommandLineOptions.Refuse(args, DemoSwitch[2..], "catalogue", "catalogue-schema", "help");
            await using var world = args.Contains(DemoSwitch) ? await DemoWorld.OpenAsync() : null;
            await using var app = await BuildAsync([.. args.Where(static a => a != DemoSwitch)], world);
            var starting = app.StartAsync();
            await StartBanner.WhenListeningAsync(app, starting);
            await StartBanner.PrintAsync(app, world);
            await starting;
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (Explanation(e) is { } lines)
        {
            await ConsoleLines.WriteErrorAsync(lines.Lines);
            return lines.ExitCode;
        }
    }

    /// <param name="adjust">Changes services last; for benchmarks.</param>
    internal static async Task<WebApplication> BuildAsync(string[] args, DemoWorld? world, Action<IServiceCollection>? adjust = null)
    {
        // Files of the page lie beside the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

        if (world is null) DemoSettings.Deny(builder.Configuration);
        else DemoSettings.Apply(builder.Configuration, world, world.Simulator.Providers);

        // The catalogue and the redactor's patterns take most of a start; two cores share them.
        var reading = Task.Run(() => ApiSettings.Read(builder.Configuration));
        var redactor = new Redactor(builder.AddControlPlaneLogging());
        ProcessOutput.Guard(redactor);
        redactor.Redact("The first text builds the patterns.");
        var settings = await reading;
        if (string.IsNullOrWhiteSpace(builder.Configuration[WebHostDefaults.ServerUrlsKey])) builder.WebHost.UseUrls(DefaultUrl);
        GatewayListeners.AddAddresses(builder.Configuration);
        ListenAddresses.CheckFree(builder.Configuration);
        builder.Host.ConfigureHostOptions(o => o.ShutdownTimeout = TimeSpan.FromSeconds(4));

        var data = world is null ? DataFolder.From(builder.Configuration) : DataFolder.From(builder.Configuration, DemoSettings.DefaultFolder);
        DemoMark.Check(data, demo: world is not null);
        builder.Services.AddSingleton(data);
        builder.AddControlPlaneSecrets(settings, world?.Variables);
        var frontEnd = string.Equals(builder.Configuration[$"{ApiOptions.Section}:{nameof(ApiOptions.Role)}"], ApiOptions.FrontEnd, StringComparison.OrdinalIgnoreCase);
        if (frontEnd)
        {
            // Without a cluster it listens too, and answers BLOCKED.
            builder.Services.Configure<HostOptions>(o => o.ServicesStartConcurrently = true);
            builder.AddControlPlaneFrontEnd(settings, data.Path);
        }
        else builder.AddControlPlaneSilo(settings, data.Path, allInOne: true);
        builder.AddControlPlaneApi();
        if (world is not null) builder.Services.AddDemo(world);
        adjust?.Invoke(builder.Services);
        var app = builder.Build().UseControlPlaneApi();
        _ = app.Services.GetRequiredService<ControlPlaneKeys>();
        return app;
    }

    /// <summary>What a person can do about a start that failed; null for a fault of our own, which the guard of the process reports.</summary>
    private static (IEnumerable<string> Lines, int ExitCode)? Explanation(Exception e) => e switch
    {
        WrongSettingsException wrong => (wrong.Errors, WrongSetting),
        WrongSettingException wrong => ([wrong.Message], WrongSetting),
        OperationCanceledException => ([], 0),
        AggregateException several when several.InnerExceptions.All(inner => inner is OperationCanceledException) => ([], 0),
        DataDirectoryInUseException or PlaceTakenException or NewerSchemaException or StoreUnavailableException => ([e.Message], CannotStart),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } taken =>
            ([$"{ListenAddresses.Taken(taken)} Stop the other program, or choose another address with --urls http://127.0.0.1:PORT."], CannotStart),
        _ => null,
    };
}
