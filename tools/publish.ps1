<#
.SYNOPSIS
    Publishes the packed module to a repository that PSResourceGet knows.

.DESCRIPTION
    Pack first:

        dotnet build src/EspProv.PowerShell -c Release -t:PackModule -p:ProjectUrl=https://…

    The folder is checked (its manifest, the files that must and must not be in it), signed with a catalogue when a certificate is given, and
    published with Publish-PSResource. With -WhatIf it is checked, and nothing is signed or sent.

.EXAMPLE
    tools/publish.ps1 -Repository PSGallery -ApiKey (Read-Host -AsSecureString 'API key')

.EXAMPLE
    Register-PSResourceRepository Local -Uri /srv/modules -Trusted; tools/publish.ps1 -Repository Local
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    # The name of the repository: one of Get-PSResourceRepository.
    [Parameter(Mandatory)]
    [ValidateNotNullOrEmpty()]
    [string] $Repository,

    # The packed module.
    [ValidateNotNullOrEmpty()]
    [string] $Path = (Join-Path $PSScriptRoot '..' 'artifacts' 'EspProv'),

    # The key of the repository, where it wants one.
    [securestring] $ApiKey,

    # A code-signing certificate with its private key. Catalogues can be made on Windows only.
    [System.Security.Cryptography.X509Certificates.X509Certificate2] $Certificate,

    # Where to get a trusted time stamp for the signature.
    [uri] $TimestampServer
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0

if (-not (Test-Path -LiteralPath $Path -PathType Container)) {
    throw "There is no packed module at '$Path'. Pack it first: dotnet build src/EspProv.PowerShell -c Release -t:PackModule"
}
$Path = (Resolve-Path -LiteralPath $Path).ProviderPath
$module = Test-ModuleManifest -Path (Join-Path $Path 'EspProv.psd1')

$missing = 'LICENSE', 'THIRD-PARTY-NOTICES.txt', 'en-US/EspProv.PowerShell.dll-Help.xml', 'en-US/about_EspProv.help.txt' |
    Where-Object { -not (Test-Path -LiteralPath (Join-Path $Path $_)) }
if ($missing) { throw "The packed module lacks $($missing -join ', '). Pack it again." }
$surplus = @(Get-ChildItem -LiteralPath $Path -Recurse -File -Include *.pdb, *.log, *.tmp)
if ($surplus) { throw "The packed module has files that are not to be published: $($surplus.Name -join ', '). Pack it again, with -c Release." }
if (-not (Get-PSResourceRepository -Name $Repository -ErrorAction Ignore)) {
    throw "There is no repository '$Repository'. See Get-PSResourceRepository, or add it with Register-PSResourceRepository."
}
if ($Certificate -and -not (Get-Command New-FileCatalog -ErrorAction Ignore)) {
    throw 'A catalogue can be made and signed on Windows only. Publish there, or leave out -Certificate.'
}

if ($Certificate -and $PSCmdlet.ShouldProcess($Path, "Sign with a catalogue, as $($Certificate.Subject)")) {
    $catalogue = Join-Path $Path 'EspProv.cat'
    Remove-Item -LiteralPath $catalogue -ErrorAction Ignore
    $null = New-FileCatalog -Path $Path -CatalogFilePath $catalogue -CatalogVersion 2.0
    $signing = @{ FilePath = $catalogue; Certificate = $Certificate; HashAlgorithm = 'SHA256' }
    if ($TimestampServer) { $signing.TimestampServer = "$TimestampServer" }
    $signature = Set-AuthenticodeSignature @signing
    if ($signature.Status -ne 'Valid') { throw "The catalogue could not be signed: $($signature.StatusMessage)" }
}

if ($PSCmdlet.ShouldProcess("EspProv $($module.Version)", "Publish to $Repository")) {
    $publishing = @{ Path = $Path; Repository = $Repository }
    if ($ApiKey) { $publishing.ApiKey = ConvertFrom-SecureString -SecureString $ApiKey -AsPlainText }
    Publish-PSResource @publishing -Confirm:$false
}
