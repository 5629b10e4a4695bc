using System.Buffers.Text;
using System.Security.Cryptography;
using ControlPlane.Api.Hosting;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;

namespace ControlPlane.Api.Security;

/// <summary>The operator's token of an installation that was given none: made once, at the first start, readable by its owner only.</summary>
internal sealed partial class OperatorTokenFile(DataFolder data, ISecretRegistry registry, ILogger<OperatorTokenFile> logger) : IOperatorTokenFile
{
    public const string FileName = "operator.token";
    private const int TokenBytes = 32;
    private const int MaxFileBytes = 4096;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path { get; } = System.IO.Path.Combine(data.Path, FileName);

    /// <summary>The token, or null before <see cref="ReadOrMake"/>.</summary>
    public string? Token { get; private set; }

    /// <exception cref="WrongSettingException">The file can't be made, read or kept private.</exception>
    public void ReadOrMake()
    {
        try
        {
            data.Create();
            if (!Exists()) Make();
            var token = Read();
            registry.Register(Roles.TokenName(Roles.Operator), token);
            Token = token;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Wrong("must be readable and writable by this process");
        }
    }

    /// <summary>The token, or null when the file is not there. Makes nothing.</summary>
    /// <exception cref="WrongSettingException">The file can't be read or kept private.</exception>
    public string? ReadIfThere()
    {
        try
        {
            return Exists() ? Read() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Wrong("must be readable and writable by this process");
        }
    }

    private bool Exists() => File.Exists(Path) || new FileInfo(Path).LinkTarget is not null;

    private void Make()
    {
        // Written beside and renamed, so that no start ever finds half a token.
        var fresh = $"{Path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(fresh, options))
        {
            Span<byte> random = stackalloc byte[TokenBytes];
            RandomNumberGenerator.Fill(random);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Base64Url.EncodeToString(random) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, Path, overwrite: false);
    }

    private string Read()
    {
        var file = new FileInfo(Path);
        if (file.LinkTarget is not null || file.Attributes.HasFlag(FileAttributes.Directory)) throw Wrong("must be a plain file, not a link");
        if (file.Length > MaxFileBytes) throw Wrong("must hold one token");
        Protect();
        var token = File.ReadAllText(Path).Trim();
        return TokenRule.IsAcceptable(token) ? token : throw Wrong($"must hold one token of {TokenRule.MinLength} or more visible ASCII characters");
    }

    private void Protect()
    {
        if (OperatingSystem.IsWindows()) return;
        if ((File.GetUnixFileMode(Path) & ~OwnerOnly) == UnixFileMode.None) return;
        File.SetUnixFileMode(Path, OwnerOnly);
        LogNarrowed(logger, Path);
        if ((File.GetUnixFileMode(Path) & ~OwnerOnly) != UnixFileMode.None) throw Wrong("must be readable by its owner only (mode 0600)");
    }

    [LoggerMessage(EventId = EventIds.OperatorTokenFileNarrowed, Level = LogLevel.Warning, Message = "Others could read {TokenFile}: it is readable by its owner alone now. If somebody else has an account here, make a new token")]
    private static partial void LogNarrowed(ILogger logger, string tokenFile);

    private WrongSettingException Wrong(string rule) => new(
        Path, $"the operator's token file {rule}", $"delete it, so that the next start makes a new one, or set {Roles.TokenName(Roles.Operator)}");
}
