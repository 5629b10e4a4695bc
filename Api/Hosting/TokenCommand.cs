using System.Globalization;
using ControlPlane.Api.Demo;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Storage.Trust;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Api.Hosting;

/// <summary><c>token BOT_ID</c>: prints a bot's own token, alone on standard output, from the operator's token of this host. It needs no running program.</summary>
internal static class TokenCommand
{
    public const string Name = "token";
    private const string Generation = "--generation";
    private const string Usage = "token BOT_ID [--generation N]";

    /// <param name="args">What follows the command's name.</param>
    /// <exception cref="WrongSettingException">An argument is wrong, or this host does not hold the operator's token.</exception>
    public static string Write(string[] args)
    {
        var (botId, generation, rest) = Read(args);
        CommandLineOptions.Refuse(rest, ControlPlaneHost.DemoSwitch[2..], "help");
        var demo = rest.Contains(ControlPlaneHost.DemoSwitch);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. rest.Where(static a => a != ControlPlaneHost.DemoSwitch)], ContentRootPath = AppContext.BaseDirectory });
        var data = demo ? DataFolder.From(builder.Configuration, DemoSettings.DefaultFolder) : DataFolder.From(builder.Configuration);
        return new BotToken(botId, generation).Write(BotToken.KeyFrom(OperatorToken(builder.Configuration, data)));
    }

    private static (string BotId, long Generation, string[] Others) Read(string[] args)
    {
        if (args is not [var botId, ..] || !TextRules.IsBotId(botId))
            throw new WrongSettingException(Name, "takes the id of a bot: 1 to 64 of a-z, 0-9, '.', '_' and '-'", $"write {Usage}");
        var at = Array.IndexOf(args, Generation);
        if (at < 0) return (botId, BotState.FirstGeneration, args[1..]);
        if (at + 1 >= args.Length || !long.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var generation) || generation is < 1 or > EpochPolicy.Largest)
            throw new WrongSettingException(Generation, "must be the generation that the revocation has answered with", $"write {Usage}; GET /api/bots/BOT_ID shows it");
        return (botId, generation, [.. args[1..at], .. args[(at + 2)..]]);
    }

    private static string OperatorToken(IConfiguration configuration, DataFolder data)
    {
        var name = Roles.TokenName(Roles.Operator);
        var registry = new SecretRegistry();
        var options = configuration.GetSection(SecretSourceOptions.Section).Get<SecretSourceOptions>() ?? new SecretSourceOptions();
        using var secrets = new EnvironmentAndFolderSecretSource(options, registry, TimeProvider.System, NullLogger<EnvironmentAndFolderSecretSource>.Instance);
        var token = secrets.Find(name)?.Reveal() ?? new OperatorTokenFile(data, registry, NullLogger<OperatorTokenFile>.Instance).ReadIfThere()
            ?? throw new WrongSettingException(name, $"is not set, and {Path.Combine(data.Path, OperatorTokenFile.FileName)} does not exist", "run this where the control plane runs, with the same environment and ControlPlane__DataDirectory");
        return TokenRule.IsAcceptable(token)
            ? token
            : throw new WrongSettingException(name, $"must have {TokenRule.MinLength} to {TokenRule.MaxLength} visible ASCII characters", "set the value that the control plane runs with");
    }
}
