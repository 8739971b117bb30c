"""Hosted zone ids of AWS's own names, which an alias has to give beside its target: one for each service and region.

From the vendor's tables, service by service: https://docs.aws.amazon.com/general/latest/gr/ with ``elb.html``,
``s3.html#s3_website_region_endpoints``, ``apigateway.html``, ``elasticbeanstalk.html``, ``global_accelerator.html`` and
``cf_region.html`` (CloudFront's id serves edge-optimised API Gateway, AppSync and Cognito domains as well, whose
targets are names below ``cloudfront.net``). Ids of which two tables disagree are left out: write ``zone_id`` there.
"""

from collections.abc import Mapping

from zonesync.model.names import parent

_ONE_ZONE = {"cloudfront.net.": "Z2FDTNDATAQYW2", "awsglobalaccelerator.com.": "Z2BJ6XQ5FK7U4H"}

_APPLICATION_AND_CLASSIC_BALANCERS = {
    "af-south-1": "Z268VQBMOI5EKX",
    "ap-east-1": "Z3DQVH9N71FHZ0",
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-northeast-2": "ZWKZPGTI48KDX",
    "ap-northeast-3": "Z5LXEXXYW11ES",
    "ap-south-1": "ZP97RAFLXTNZK",
    "ap-south-2": "Z0173938T07WNTVAEPZN",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
    "ap-southeast-2": "Z1GM3OXH4ZPM65",
    "ap-southeast-3": "Z08888821HLRG5A9ZRTER",
    "ca-central-1": "ZQSVJUPU6J1EY",
    "cn-north-1": "Z1GDH35T77C1KE",
    "cn-northwest-1": "ZM7IZAIOVVDZF",
    "eu-central-1": "Z215JYRZR1TBD5",
    "eu-central-2": "Z06391101F2ZOEP8P5EB3",
    "eu-north-1": "Z23TAZ6LKFMNIO",
    "eu-south-1": "Z3ULH7SSC9OV64",
    "eu-south-2": "Z0956581394HF5D5LXGAP",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-west-2": "ZHURV8PSTC4K8",
    "eu-west-3": "Z3Q77PNBQS71R4",
    "me-central-1": "Z08230872XQRWHG2XF6I",
    "me-south-1": "ZS929ML54UICD",
    "sa-east-1": "Z2P70J7HTTTPLU",
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-east-2": "Z3AADJGX6KTTL2",
    "us-gov-east-1": "Z166TLBEWOO7G0",
    "us-gov-west-1": "Z33AYJ8TM3BH4J",
    "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
}

_NETWORK_BALANCERS = {
    "af-south-1": "Z203XCE67M25HM",
    "ap-east-1": "Z12Y7K3UBGUAD1",
    "ap-northeast-1": "Z31USIVHYNEOWT",
    "ap-northeast-2": "ZIBE1TIR4HY56",
    "ap-northeast-3": "Z1GWIQ4HH19I5X",
    "ap-south-1": "ZVDDRBQ08TROA",
    "ap-south-2": "Z0711778386UTO08407HT",
    "ap-southeast-1": "ZKVM4W9LS7TM",
    "ap-southeast-2": "ZCT6FZBF4DROD",
    "ap-southeast-3": "Z01971771FYVNCOVWJU1G",
    "ca-central-1": "Z2EPGBW3API2WT",
    "cn-north-1": "Z3QFB96KMJ7ED6",
    "cn-northwest-1": "ZQEIKTCZ8352D",
    "eu-central-1": "Z3F0SRJ5LGBH90",
    "eu-central-2": "Z02239872DOALSIDCX66S",
    "eu-north-1": "Z1UDT6IFJ4EJM",
    "eu-south-1": "Z23146JA1KNAFP",
    "eu-south-2": "Z1011216NVTVYADP1SSV",
    "eu-west-1": "Z2IFOLAFXWLO4F",
    "eu-west-2": "ZD4D7Y8KGAS4G",
    "eu-west-3": "Z1CMS0P5QUZ6D5",
    "me-central-1": "Z00282643NTTLPANJJG2P",
    "me-south-1": "Z3QSRYVP46NYYV",
    "sa-east-1": "ZTK26PT1VY4CU",
    "us-east-1": "Z26RNL4JYFTOTI",
    "us-east-2": "ZLMOA37VPKANP",
    "us-gov-east-1": "Z1ZSMQQ6Q24QQ8",
    "us-gov-west-1": "ZMG1MZ2THAWF1",
    "us-west-1": "Z24FKFUX50B4VW",
    "us-west-2": "Z18D5FSROUN65G",
}

_VPC_ENDPOINTS = {
    "af-south-1": "Z09302161J80N9A7UTP7U",
    "ap-east-1": "Z2LIHJ7PKBEMWN",
    "ap-northeast-1": "Z2E726K9Y6RL4W",
    "ap-northeast-2": "Z27UANNT0PRK1T",
    "ap-northeast-3": "Z376B5OMM2JZL2",
    "ap-south-1": "Z2KVTB3ZLFM7JR",
    "ap-south-2": "Z0952991RWSF5AHIQDIY",
    "ap-southeast-1": "Z18LLCSTV4NVNL",
    "ap-southeast-2": "ZDK2GCRPAFKGO",
    "ap-southeast-3": "Z03881013RZ9BYYZO8N5W",
    "ap-southeast-4": "Z07508191CO1RNBX3X3AU",
    "ca-central-1": "ZRCXCF510Y6P9",
    "eu-central-1": "Z273ZU8SZ5RJPC",
    "eu-central-2": "Z045369019J4FUQ4S272E",
    "eu-north-1": "Z3OWWK6JFDEDGC",
    "eu-south-1": "Z2A5FDNRLY7KZG",
    "eu-south-2": "Z014396544HENR57XQCJ",
    "eu-west-1": "Z38GZ743OKFT7T",
    "eu-west-2": "Z7K1066E3PUKB",
    "eu-west-3": "Z1DWHTMFP0WECP",
    "me-central-1": "Z07122992YCEUCB9A9570",
    "me-south-1": "Z3B95P3VBGEQGY",
    "sa-east-1": "Z2LXUWEVLCVZIB",
    "us-east-1": "Z7HUB22UULQXV",
    "us-east-2": "ZC8PG0KIFKBRI",
    "us-gov-east-1": "Z2MU5TEIGO9WXB",
    "us-gov-west-1": "Z12529ZODG2B6H",
    "us-west-1": "Z12I86A8N7VCZO",
    "us-west-2": "Z1YSA3EXCYUU9Z",
}

_API_GATEWAY = {
    "af-south-1": "Z2DHW2332DAMTN",
    "ap-east-1": "Z3FD1VL90ND7K5",
    "ap-northeast-1": "Z1YSHQZHG15GKL",
    "ap-northeast-2": "Z20JF4UZKIW1U8",
    "ap-northeast-3": "Z22ILHG95FLSZ2",
    "ap-south-1": "Z3VO1THU9YC4UR",
    "ap-south-2": "Z0853509Q1135NJ66RUH",
    "ap-southeast-1": "ZL327KTPIQFUL",
    "ap-southeast-2": "Z2RPCDW04V8134",
    "ap-southeast-3": "Z10132843TYUYSLUG4HA3",
    "ap-southeast-4": "Z092189423Y7RJK61311D",
    "ap-southeast-5": "Z0314042F0KBUTZ3X5HF",
    "ca-central-1": "Z19DQILCV0OWEC",
    "ca-west-1": "Z04745493436AWVTG1OQY",
    "eu-central-1": "Z1U9ULNL0V5AJ3",
    "eu-central-2": "Z09222482MK253X48U76H",
    "eu-north-1": "Z3UWIKFBOOGXPP",
    "eu-south-1": "Z3BT4WSQ9TDYZV",
    "eu-south-2": "Z02499852UI5HEQ5JVWX3",
    "eu-west-1": "ZLY8HYME6SFDD",
    "eu-west-2": "ZJ5UAJN8Y3Z2Q",
    "eu-west-3": "Z3KY65QIEKYHQQ",
    "il-central-1": "Z07264553HBI44N5X2CKP",
    "me-central-1": "Z08780021BKYYY8U0YHTV",
    "me-south-1": "Z20ZBPC0SS8806",
    "sa-east-1": "ZCMLWB8V5SYIT",
    "us-east-1": "Z1UJRXOUMOOFQ8",
    "us-east-2": "ZOJJZC49E0EPZ",
    "us-gov-east-1": "Z3SE9ATJYCRCZJ",
    "us-gov-west-1": "Z1K6XKP9SAGWDV",
    "us-west-1": "Z2MUQ32089INYE",
    "us-west-2": "Z2OJLYMUO9EFXC",
}

_ELASTIC_BEANSTALK = {
    "af-south-1": "Z1EI3BVKMKK4AM",
    "ap-east-1": "ZPWYUBWRU171A",
    "ap-northeast-1": "Z1R25G3KIG2GBW",
    "ap-northeast-2": "Z3JE5OI70TWKCP",
    "ap-northeast-3": "ZNE5GEY1TIAGY",
    "ap-south-1": "Z18NTBI3Y7N9TZ",
    "ap-southeast-1": "Z16FZ9L249IFLT",
    "ap-southeast-2": "Z2PCDNR3VC2G1N",
    "ap-southeast-3": "Z05913172VM7EAZB40TA8",
    "ca-central-1": "ZJFCZL7SSZB5I",
    "eu-central-1": "Z1FRNW7UH4DEZJ",
    "eu-north-1": "Z23GO28BZ5AETM",
    "eu-south-1": "Z10VDYYOA2JFKM",
    "eu-west-1": "Z2NYPWQ7DFZAZH",
    "eu-west-2": "Z1GKAAAUGATPF1",
    "eu-west-3": "Z5WN6GAYWG5OB",
    "il-central-1": "Z02941091PERNCB1MI5H7",
    "me-south-1": "Z2BBTEKR2I36N2",
    "sa-east-1": "Z10X7K2B4QSOFV",
    "us-east-1": "Z117KPS5GTRQ2G",
    "us-east-2": "Z14LCN19Q5QHIC",
    "us-gov-east-1": "Z35TSARG0EJ4VU",
    "us-gov-west-1": "Z4KAURWC4UUUG",
    "us-west-1": "Z1LQECGX5PH1X",
    "us-west-2": "Z38NKT9BP95V3O",
}

_S3_WEBSITES = {
    "s3-website.ap-east-1": "ZNB98KWMFR0R6",
    "s3-website.ap-northeast-2": "Z3W03O7B5YMIYP",
    "s3-website.ap-northeast-3": "Z2YQB5RD63NC85",
    "s3-website.ap-south-1": "Z11RGJOFQNVJUP",
    "s3-website.ca-central-1": "Z1QDHH18159H29",
    "s3-website.eu-central-1": "Z21DNDUVLTQW6Q",
    "s3-website.eu-north-1": "Z3BAZG2TWCNX0D",
    "s3-website.eu-west-2": "Z3GKZC51ZF0DB4",
    "s3-website.eu-west-3": "Z3R1K369G5AVDG",
    "s3-website.me-south-1": "Z1MPMWCPA7YB62",
    "s3-website.us-east-2": "Z2O1EMRO9K5GLX",
    "s3-website.us-gov-east-1": "Z2NIFVYYW2VKV1",
    "s3-website-ap-northeast-1": "Z2M4EHUR26P7ZW",
    "s3-website-ap-southeast-1": "Z3O0J2DXBE1FTB",
    "s3-website-ap-southeast-2": "Z1WCIGYICN2BYD",
    "s3-website-eu-west-1": "Z1BKCTXD74EZPE",
    "s3-website-sa-east-1": "Z7KQH4QJS55SO",
    "s3-website-us-east-1": "Z3AQBSTGFYJSTF",
    "s3-website-us-gov-west-1": "Z31GFT0UA1I2HV",
    "s3-website-us-west-1": "Z2F56UZL2M1ACD",
    "s3-website-us-west-2": "Z3BJ6K6RIION7M",
}


def _by_region(pattern: str, ids: Mapping[str, str]) -> Mapping[str, str]:
    """Return *ids* by the domain that *pattern* makes of each region; China's have a suffix of their own."""
    return {
        f"{pattern.format(region)}.cn." if region.startswith("cn-") else f"{pattern.format(region)}.": zone_id
        for region, zone_id in ids.items()
    }


_WHOLE = _by_region("{}.amazonaws.com", _S3_WEBSITES)
"""Names that are targets themselves: which bucket is meant is told by the alias's own name."""

_DOMAINS = {
    **_ONE_ZONE,
    **_by_region("{}.elb.amazonaws.com", _APPLICATION_AND_CLASSIC_BALANCERS),
    **_by_region("elb.{}.amazonaws.com", _NETWORK_BALANCERS),
    **_by_region("{}.vpce.amazonaws.com", _VPC_ENDPOINTS),
    **_by_region("execute-api.{}.amazonaws.com", _API_GATEWAY),
    **_by_region("{}.elasticbeanstalk.com", _ELASTIC_BEANSTALK),
}
"""Domains below which the targets are."""


def zone_of(name: str) -> str:
    """Return the hosted zone id that AWS has for canonical *name*; empty where it is not known here."""
    if name in _WHOLE:
        return _WHOLE[name]
    domain = parent(name)
    while domain != ".":
        if domain in _DOMAINS:
            return _DOMAINS[domain]
        domain = parent(domain)
    return ""
